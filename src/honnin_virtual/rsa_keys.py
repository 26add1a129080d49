"""Private RSA keys of the simulator. PUBLIC TEST KEYS: everybody has them, so they protect nothing.

Why it exists: making an RSA key takes seconds, issuing a virtual card must not. Each entry is (p, q); e is 65537.
Nothing signed with them may ever be trusted outside the environment "simulator".
"""

from __future__ import annotations

__all__ = ["PUBLIC_TEST_PRIMES"]

PUBLIC_TEST_PRIMES: dict[str, tuple[int, int]] = {
    "csca-2016": (
        int(
            "ea3c5b7ec6822bee702ebc059d01567f90fadaeb4352924836337f95fbb320a3649231944c99609c55d3acd4aa9a6568"
            "9a44c754c10e6cb8288c6bf6466f8c8e832ce66ce856427261d2c06c6ccb7689d2c860f445d39cee824408fb77344c37"
            "a173145d4a650117a7b0ef29de57f7036aa3f03a4789542fdf63d0bdd74eaad71be2a8ab24e585e9995dce0d458e8bfc"
            "2bc15b855d5dc6161363e4e587894752132d061f2cc332312fbbb3336d517fe82733141210dd86f8998611f125756f8e"
            "fc739288f8ba58e5c5ad315837223ab138b0fd224453a00995667b0e2b2474383342cb536ab7c76c8e0c518b83fbc8ec"
            "607612a6dd1d7d3112569cd922f84351",
            16,
        ),
        int(
            "c39c407e3f7c9dcea08f353c7788f2b75fead36f0db0ff01677cb75ab141ebd27f7354a33cd3d8da32226ef5a751ca6c"
            "58b2ea10a5cb9b9a06f0292d3c308075869db9ff0ea3669ca67290162cdfc65066f3755649ad90c3d81375891891ed46"
            "ec27b4b76667be27befdb952a1a4263c3910e0195ac595b0ee801858eeec2297b08b2241543ba92e2c4bb85da41bb85c"
            "d9e41fcc372f0e3e5aba7b100ecb8c82a8f077d649b4a891818b7eb5f3882e026b3b27abf10c78e1ce5483c4f2ab71a6"
            "bc61760a085dbfaa6407e961d02668edef329a3296114512664d4d0a4b8c02d9cecd4af4f9410b4d6bfaf944d3afa5de"
            "5ba9e50158e44d171292a61688043be9",
            16,
        ),
    ),
    "dsc-2048": (
        int(
            "fe1fa571554741f96d178b220257c3e64563c7e8cab22b7fa0a04a3a2890e9e1036d6063ef1c6867bd81720bfa672b3e"
            "97efddc3242eb0fd68d8e8ee6942a3269d14605cd00eb0efea56b54c088ffacf32200948e383aa3f0b303173d902df4e"
            "1e167b275dc7eecd063710ced90b7c1bd49fbe40d40d08c2d90552553a5c8d7b",
            16,
        ),
        int(
            "d112341998c93f65fbbed6ef91999776abc6f5cce71c348b07c3e5dd58d4af42dc3e28b737902936e54ce6ab33866e9a"
            "0e078a8f7ce9f042c41ff445685eb1f553555fea82b65fc9df2ac87df0427e2242ceccc11c526c8460a235b435e63c91"
            "112cfee12e40b7e4e2a53e72b35a11ec53663ed69c695e56d77cebd099cf9a25",
            16,
        ),
    ),
    "dsc-2048-b": (
        int(
            "ffceceac0d02b93c2c3b49c5488151921e5acc2245bdbf4f0126e3c7b66ed9ad19a2872d4321f503a91ce26a9d1ab939"
            "6467e59e0824a704429f16f60d18cd72d3fcc78304ad5ca03ddaa294a1d7613e1464fa67437fe925889df8418ca20779"
            "6a0b3a6b292bd765f495928f033374f5d557c4e60e2fff5b161025d2c4a2532b",
            16,
        ),
        int(
            "c9174b4386820d858686582f5e9ae77cd8c217e68a9e207bbb2ef51c9ac25fa4632b3c9ab3c597ec2ce323abd819b17d"
            "889d671087b60f04af392e2e9fcf5b07bca2ee28cf8f5ab47a07fccd2c738b15d4bb3f9d7779b784fb129702698539e7"
            "6d5e40495116332b1989caa20370ae7cefe4ab19039ca49b9530b780377553bb",
            16,
        ),
    ),
    "dsc-3072": (
        int(
            "d155604cb9830194d39bacb8ba860752c4212dc320e7fda3ba3f3c770f6c27e54026c31e801e75b4fde7e29f5f01dbbb"
            "8aeffc69095238abec6b39e1bdb6ec0c86aeab6ae6e840893652b013eaa1bea178c6227d4117244d18abab97edb49a8b"
            "ee909cfd9b441f635d21e9305d7dea8387004f477d326590125cc6690f66ed6c0a962c395c85eda2aee65a137b140a02"
            "5dfa9292beee1ddafc07596083a8fc60ef27888e1f7b205755951ad7bdcbd49d3eb5693680b8e16df4a48cb4e1ead881",
            16,
        ),
        int(
            "c613fd140bd258a25b8dced96459afabd4a209f272dd89d2a11e2f0212a163d4080784028b76431676e07db5440e7131"
            "b6ee023f0097dae8aea006fe5efca08c8270852622e25346372dde5b686bd3d65afff13d6ea65434af00a11bad19b6e3"
            "e820addddf2c654a83d658537d4256fe9880de14a39ac500088a40a4a5cb4d2a21db4e1f9ae2695006e98ba3d19fb53d"
            "f80b50e9168fa05cd1322616fadf41e2cb471d6630732e992824f1134b719cbf9495cf3ebe8234be6124edb9c11b2b8d",
            16,
        ),
    ),
    "aa-1024": (
        int(
            "e59e43445dda783fb9e59c2ff21290392c52e837bf3b9dafcf9629d838873293a9f0a95c0143aaf7a1d6909d7f3fe04d"
            "d5d462d04b786a099fb4f3c8e41b5b1b",
            16,
        ),
        int(
            "c01ca152aec533e8ade91bef3c5faed4dd63dc3f9c693d409b4496942a649151191411419ccfc524ef9f6ffe17fc8fd2"
            "a7ec6341eddece7868ebcc52355a6d43",
            16,
        ),
    ),
    "aa-1536": (
        int(
            "f517d82e809a7d909674d748e1d28e1d5d65d7ebf602fe59de1c3742024b64b3dfe23fce14825c71c58dd6425aaf46fa"
            "58dde4e2539678c8b8801f0297c844d3253733d2d031f1acf8966777e6c60e55ec66d02e123b5b8e7b505131bcf43523",
            16,
        ),
        int(
            "dbd1076341d1eb247ffce6e08b02c62c4c94117bf6423cad0b31d106829317aca2465b63db45892d0cb76caeabafdd08"
            "f1b54d4d9a8ee730186314d3f094d5b691201e15f1848ff54e5725e85fec72519acc998325a2d90954d112364c3f316d",
            16,
        ),
    ),
    "aa-2048": (
        int(
            "d23e640d84279a22427063e97b54ed7c36d1914cf2f5a5f958bc45b8fa501c82030c22275f619c3bc9b6d52e993b702a"
            "7f707315b0f2b69af88850024c146fd3a0cf94e4f7ea41c71cfdd0120dae643059b83cf7ae35b9e0bd597a6f7a616eae"
            "467c5bfe06b3fa787bffca70d0836ad4fdee91f25ec1e4f89ea0314d8018b831",
            16,
        ),
        int(
            "c57dbd11bf895d5550357ed73d0a5ac673801372cdace01d9ceeeff32b635b6289462181d0044431c8ef5e065d0f10af"
            "2aa431d554db07efee3cfe9b714ce15db9c70f46e24d9f77336de0f727a39b0eea4cbcc62110976cbaf7b11b5cc6e29c"
            "45658e7143061ad0c961ee69e8521f1b8cdc3107ba9e768b34d2cb6942a4e2f1",
            16,
        ),
    ),
    "aa-3072": (
        int(
            "dba3fd3483c82dee91c8d4b16fe0a24c05edc16d5488b754859fc3736533eca21ef89925ed09631a2275d5f972a2d772"
            "984e5082e92aa48bc2320a1db910caa4ed5f11d43bbd773d823938414e8a6ea311a5a8c734da1b2cb2cd39bd217e34f1"
            "74b3d8dab7e7a908139207291886997fe98f2da949f8e28656e5d2783ad1d87714fe3721d3862532be707e01315a8d51"
            "02309a4f7f9a692d1820667530a3f26c7701e802b96e258b0937494e8d94491a2c042e5277346796061c7859cebb437f",
            16,
        ),
        int(
            "bf6f13eb1b1c0795796d9c1678140c114dee2f33af969ccd099aabb0da58e7a35a92fc38de944ef2461141f01db7188c"
            "d47b2bbffa082c4f449b1b327c64442b1a93f659d0aed0c3ff08755d16e6b2c53c560f74cbabe1c5917dae1085992530"
            "771fdedf071a0638ea05e5236cc1000f60e1aa9c5870b94e40e202eacb6b2ba9854aa645e1b378ad8c74d0704dc53b79"
            "6a850000dd324b6c6ff63eab658104df7f96a0b2beef27805c9a42138313f88717deda8b216ac453e7a859e37ba0201d",
            16,
        ),
    ),
    "aa-1022": (
        int(
            "6579f03d2b22b7c160fe34834886826e72778254b9c562b9069b330afa4033798cea7f9c9804a5e7834116576bb6657a"
            "2d2b3fe1117462568b1f27d3fa6b4c7d",
            16,
        ),
        int(
            "603b5fb84673f0adc06382a9063d66d581f63146d76f531f01fef0d597af9fb6f803f1e22ae2a0ca4b477d26f2b3314b"
            "a88e129662bf4089a82140d6474dfbbb",
            16,
        ),
    ),
}
