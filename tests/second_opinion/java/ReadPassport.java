import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import net.sf.scuba.smartcards.CardFileInputStream;
import net.sf.scuba.smartcards.CardService;
import net.sf.scuba.smartcards.CardServiceException;
import net.sf.scuba.smartcards.CommandAPDU;
import net.sf.scuba.smartcards.ResponseAPDU;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ISO9796d2Signer;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;
import org.jmrtd.BACKey;
import org.jmrtd.DefaultFileSystem;
import org.jmrtd.PACEKeySpec;
import org.jmrtd.PassportService;
import org.jmrtd.lds.ActiveAuthenticationInfo;
import org.jmrtd.lds.CardAccessFile;
import org.jmrtd.lds.ChipAuthenticationInfo;
import org.jmrtd.lds.ChipAuthenticationPublicKeyInfo;
import org.jmrtd.lds.PACEInfo;
import org.jmrtd.lds.SODFile;
import org.jmrtd.lds.SecurityInfo;
import org.jmrtd.lds.icao.DG14File;
import org.jmrtd.lds.icao.DG15File;
import org.jmrtd.lds.icao.DG1File;
import org.jmrtd.lds.icao.DG2File;
import org.jmrtd.protocol.PACECAMResult;
import org.jmrtd.protocol.PACEGMMappingResult;
import org.jmrtd.protocol.PACEResult;
import org.jmrtd.protocol.ReadBinaryAPDUSender;

/**
 * A passport reader nobody here wrote (JMRTD), its wire being standard input and output.
 *
 * <p>Lines in: {@code run KEY=VALUE …} starts one inspection. Lines out: {@code C HEX} is a command for the chip, to be
 * answered by {@code R HEX} (or {@code X REASON} when the chip is gone); {@code J JSON} is the result of the inspection.
 * Keys: number, birth, expiry (of the machine-readable zone), can, access (auto, bac, pace; default auto), mapping
 * (which PACE entry to take: GM, IM or CAM; default the first), extended (true or false), sfi (true or false), skip
 * (comma-separated: ca, aa).
 */
public final class ReadPassport {
  private static final String PUBLIC_KEY_ECDH = "0.4.0.127.0.7.2.2.1.2";
  private static final int FILE_LIMIT = 1 << 20;
  private static final Map<String, Integer> ORDINALS = ordinals();

  private final Map<String, String> job;
  private final Map<String, Object> out = Json.object();
  private final Map<Integer, byte[]> files = new TreeMap<>();
  private final PipeService wire;
  private PassportService service;
  private int block;

  private ReadPassport(Map<String, String> job, PipeService wire) {
    this.job = job;
    this.wire = wire;
  }

  public static void main(String[] arguments) throws Exception {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    PrintStream lines = System.out;
    System.setOut(System.err); // whatever a library prints must not end up on the wire
    BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      Map<String, String> job = new HashMap<>();
      for (String word : line.split(" ")) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          job.put(word.substring(0, equals), word.substring(equals + 1));
        }
      }
      PipeService wire = new PipeService(reader, lines);
      ReadPassport inspection = new ReadPassport(job, wire);
      inspection.run();
      lines.println("J " + Json.text(inspection.out));
      lines.flush();
    }
  }

  /** Commands out, answers in, one line each. */
  private static final class PipeService extends CardService {
    private static final int ROUNDS = 300;
    private static final long serialVersionUID = 1L;
    private final transient BufferedReader in;
    private final transient PrintStream lines;
    private int commands;

    PipeService(BufferedReader in, PrintStream lines) {
      this.in = in;
      this.lines = lines;
    }

    @Override
    public void open() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    /** With what the smart card classes of the JDK do below JMRTD: 6Cxx repeats, 61xx fetches, in the same class. */
    @Override
    public ResponseAPDU transmit(CommandAPDU command) throws CardServiceException {
      byte[] sent = command.getBytes();
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (int round = 0; round < ROUNDS; round++) {
        byte[] answer = exchange(sent);
        int last = answer.length - 2;
        if (answer.length == 2 && answer[0] == 0x6C) {
          sent[sent.length - 1] = answer[1];
          continue;
        }
        whole.write(answer, 0, last);
        if (answer[last] == 0x61) {
          sent = new byte[] {sent[0], (byte) 0xC0, 0, 0, answer[last + 1]};
          continue;
        }
        whole.write(answer, last, 2);
        return new ResponseAPDU(whole.toByteArray());
      }
      throw new CardServiceException("the chip never comes to an end");
    }

    private byte[] exchange(byte[] command) throws CardServiceException {
      try {
        commands++;
        lines.println("C " + HexFormat.of().formatHex(command));
        lines.flush();
        String answer = in.readLine();
        if (answer == null || !answer.startsWith("R ") || answer.length() < 6) {
          throw new CardServiceException("chip gone: " + answer);
        }
        return HexFormat.of().parseHex(answer.substring(2));
      } catch (IOException problem) {
        throw new CardServiceException("wire: " + problem.getMessage());
      }
    }

    @Override
    public byte[] getATR() {
      return new byte[0];
    }

    @Override
    public void close() {}

    @Override
    public boolean isConnectionLost(Exception problem) {
      return false;
    }
  }

  private interface Step {
    Object run() throws Exception;
  }

  /** Notes the value, or the reason why there is none; true when the step went through. */
  private boolean note(String name, Step step) {
    try {
      out.put(name, step.run());
      return true;
    } catch (Exception problem) {
      Map<String, Object> refused = Json.object();
      refused.put("error", Judge.describe(problem));
      out.put(name, refused);
      return false;
    }
  }

  private void run() {
    boolean extended = Boolean.parseBoolean(job.getOrDefault("extended", "false"));
    int reach = extended ? PassportService.EXTENDED_MAX_TRANCEIVE_LENGTH : PassportService.NORMAL_MAX_TRANCEIVE_LENGTH;
    block = extended ? 32_000 : PassportService.DEFAULT_MAX_BLOCKSIZE;
    boolean sfi = Boolean.parseBoolean(job.getOrDefault("sfi", "false"));
    service = new PassportService(wire, PassportService.NORMAL_MAX_TRANCEIVE_LENGTH, reach, block, sfi, true);
    if (note("access", this::access)) {
      note("com", () -> read(PassportService.EF_COM).length);
      if (note("sod", this::sod)) {
        inspect();
      }
    }
    out.put("commands", wire.commands);
  }

  private void inspect() {
    Map<Integer, byte[]> hashes = hashesOfSod();
    List<String> skip = Arrays.asList(job.getOrDefault("skip", "").split(","));
    if (hashes.containsKey(14)) {
      note("dg14", () -> file(14).length);
    }
    if (!skip.contains("ca") && files.containsKey(14)) {
      note("ca", this::chipAuthentication);
    }
    if (hashes.containsKey(15)) {
      note("dg15", () -> file(15).length);
    }
    if (!skip.contains("aa") && files.containsKey(15)) {
      note("aa", this::activeAuthentication);
    }
    note("dg1", this::zone);
    note("dg2", this::face);
    for (int number : hashes.keySet()) {
      if (!files.containsKey(number) && number != 3 && number != 4 && number != 1 && number != 2 && number < 14) {
        note("dg" + number, () -> file(number).length);
      }
    }
    note("hashes", () -> compare(hashes));
  }

  private static Map<String, Integer> ordinals() {
    Map<String, Integer> map = new LinkedHashMap<>();
    for (int number = 1; number <= 16; number++) {
      map.put("DG" + number, PassportService.EF_DG1 - 1 + number);
    }
    return map;
  }

  private byte[] read(short identifier) throws Exception {
    try (InputStream in = service.getInputStream(identifier, block)) {
      byte[] bytes = in.readNBytes(FILE_LIMIT + 1);
      if (bytes.length > FILE_LIMIT) {
        throw new IOException("file too large");
      }
      return bytes;
    }
  }

  /** Past PassportService, which asks for EF.CardSecurity in plain and remembers a file that it could not select. */
  private byte[] readAside(short identifier) throws Exception {
    DefaultFileSystem folder = new DefaultFileSystem(new ReadBinaryAPDUSender(service), false);
    folder.setWrapper(service.getWrapper());
    folder.selectFile(identifier);
    try (InputStream in = new CardFileInputStream(block, folder)) {
      return in.readNBytes(FILE_LIMIT);
    }
  }

  private byte[] file(int number) throws Exception {
    byte[] bytes = read((short) (int) ORDINALS.get("DG" + number));
    files.put(number, bytes);
    return bytes;
  }

  // ---- access

  private Object access() throws Exception {
    Map<String, Object> access = Json.object();
    service.open();
    String wanted = job.getOrDefault("access", "auto");
    CardAccessFile offered = null;
    if (!wanted.equals("bac")) {
      try {
        offered = new CardAccessFile(new ByteArrayInputStream(read(PassportService.EF_CARD_ACCESS)));
      } catch (Exception absent) {
        access.put("card_access", Judge.describe(absent));
      }
    }
    PACEInfo chosen = offered == null ? null : choose(offered);
    if (chosen != null) {
      pace(chosen, access);
      service.sendSelectApplet(true);
      return access;
    }
    if (wanted.equals("pace")) {
      throw new IOException("no usable PACE entry " + access.get("card_access"));
    }
    service.sendSelectApplet(false);
    if (wanted.equals("auto")) {
      try {
        readAside(PassportService.EF_COM);
        access.put("method", "none");
        return access;
      } catch (Exception guarded) {
        access.put("plain_read", Judge.describe(guarded));
      }
    }
    service.doBAC(zoneKey());
    access.put("method", "bac");
    return access;
  }

  private BACKey zoneKey() {
    return new BACKey(job.get("number"), job.get("birth"), job.get("expiry"));
  }

  private PACEInfo choose(CardAccessFile offered) {
    String mapping = job.get("mapping");
    for (SecurityInfo info : offered.getSecurityInfos()) {
      if (info instanceof PACEInfo pace && pace.getParameterId() != null
          && (mapping == null || PACEInfo.toMappingType(pace.getObjectIdentifier()).name().equals(mapping))) {
        return pace;
      }
    }
    return null;
  }

  private void pace(PACEInfo info, Map<String, Object> access) throws Exception {
    String can = job.get("can");
    PACEKeySpec key = can == null ? PACEKeySpec.createMRZKey(zoneKey()) : PACEKeySpec.createCANKey(can);
    String oid = info.getObjectIdentifier();
    PACEResult result =
        service.doPACE(key, oid, PACEInfo.toParameterSpec(info.getParameterId()), info.getParameterId());
    access.put("method", "pace");
    access.put("password", can == null ? "mrz" : "can");
    access.put("oid", oid);
    access.put("mapping", result.getMappingType().name());
    access.put("agreement", result.getAgreementAlg());
    access.put("cipher", result.getCipherAlg() + result.getKeyLength());
    access.put("parameter_id", info.getParameterId().intValueExact());
    if (result instanceof PACECAMResult cam) {
      // EF.CardSecurity is in the master file: before the application is selected.
      note("cam", () -> chipAuthenticationMapping(cam, info.getParameterId()));
    }
  }

  /** PK_Map,IC = CA_IC * PK_IC (Doc 9303-11 4.4.3.5.2), with the key that the signed EF.CardSecurity names. */
  private Object chipAuthenticationMapping(PACECAMResult result, BigInteger parameter) throws Exception {
    byte[] raw = readAside(PassportService.EF_CARD_SECURITY);
    CMSSignedData data = Judge.parse(raw);
    if (!signatureHolds(data)) {
      throw new IOException("EF.CardSecurity: signature");
    }
    PublicKey mapped = ((PACEGMMappingResult) result.getMappingResult()).getPICCMappingPublicKey();
    ECPoint point = EC5Util.convertPoint(((ECPublicKey) mapped).getParams(), ((ECPublicKey) mapped).getW());
    byte[] plain = chipAuthenticationData(result);
    BigInteger factor = new BigInteger(1, plain);
    // JMRTD leaves a key out whose parameters are only named by their number (standardizedDomainParameters), so the
    // entries are taken apart here; the curve of the mapping is then the only one it can be on.
    boolean holds = false;
    int keys = 0;
    for (ASN1Encodable one : ASN1Set.getInstance((byte[]) data.getSignedContent().getContent())) {
      ASN1Sequence info = ASN1Sequence.getInstance(one);
      if (!PUBLIC_KEY_ECDH.equals(info.getObjectAt(0).toString())
          || info.size() < 3 || !ASN1Integer.getInstance(info.getObjectAt(2)).hasValue(parameter)) {
        continue;
      }
      keys++;
      SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(info.getObjectAt(1));
      ECPoint own = point.getCurve().decodePoint(key.getPublicKeyData().getOctets());
      holds |= own.multiply(factor).equals(point);
    }
    Map<String, Object> answer = Json.object();
    answer.put("keys", keys);
    answer.put("holds", holds);
    answer.put("jmrtd_decrypts_alike", Arrays.equals(plain, result.getChipAuthenticationData()));
    answer.put("card_security_bytes", raw.length);
    return answer;
  }

  /** AES in CBC with IV = E(KS_Enc, FF…FF) (Doc 9303-11 4.4.3.5.1); JMRTD takes FF…FF itself, see the README. */
  private static byte[] chipAuthenticationData(PACECAMResult result) throws Exception {
    SecretKey key = result.getWrapper().getEncryptionKey();
    byte[] ones = new byte[16];
    Arrays.fill(ones, (byte) 0xFF);
    Cipher vector = Cipher.getInstance("AES/ECB/NoPadding", BouncyCastleProvider.PROVIDER_NAME);
    vector.init(Cipher.ENCRYPT_MODE, key);
    Cipher cipher = Cipher.getInstance("AES/CBC/ISO7816-4Padding", BouncyCastleProvider.PROVIDER_NAME);
    cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(vector.doFinal(ones)));
    return cipher.doFinal(result.getEncryptedChipAuthenticationData());
  }

  // ---- what the issuer signed

  private static boolean signatureHolds(CMSSignedData data) throws Exception {
    SignerInformation signer = data.getSignerInfos().iterator().next();
    var certificate = Judge.signerCertificate(data, signer);
    return certificate != null && signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
        .setProvider(BouncyCastleProvider.PROVIDER_NAME)
        .build(BouncyCastleProvider.getPublicKey(certificate.getSubjectPublicKeyInfo())));
  }

  private byte[] sodBytes;
  private SODFile sodFile;

  private Object sod() throws Exception {
    sodBytes = read(PassportService.EF_SOD);
    sodFile = new SODFile(new ByteArrayInputStream(sodBytes));
    Map<String, Object> answer = Json.object();
    answer.put("bytes", sodBytes.length);
    answer.put("sha256", Judge.hex(sodBytes));
    answer.put("hash", sodFile.getDigestAlgorithm());
    answer.put("signature_algorithm", sodFile.getDigestEncryptionAlgorithm());
    answer.put("lds_version", sodFile.getLDSVersion());
    answer.put("listed", new ArrayList<>(hashesOfSod().keySet()));
    answer.put("signature", signatureHolds(Judge.parse(sodBytes)));
    answer.put("certificate_sha256", Judge.hex(sodFile.getDocSigningCertificate().getEncoded()));
    return answer;
  }

  private Map<Integer, byte[]> hashesOfSod() {
    return new TreeMap<>(sodFile.getDataGroupHashes());
  }

  private Object compare(Map<Integer, byte[]> hashes) throws Exception {
    Map<String, Object> answer = Json.object();
    MessageDigest digest = MessageDigest.getInstance(sodFile.getDigestAlgorithm());
    for (Map.Entry<Integer, byte[]> read : files.entrySet()) {
      byte[] listed = hashes.get(read.getKey());
      answer.put(
          String.valueOf(read.getKey()),
          listed == null ? "unlisted" : Arrays.equals(listed, digest.digest(read.getValue())) ? "ok" : "mismatch");
    }
    return answer;
  }

  // ---- data

  private Object zone() throws Exception {
    Map<String, Object> answer = Json.object();
    ParseGroups.zone(new DG1File(new ByteArrayInputStream(file(1))), answer);
    return answer;
  }

  private Object face() throws Exception {
    byte[] bytes = file(2);
    Map<String, Object> answer = Json.object();
    answer.put("bytes", bytes.length);
    answer.put("images", ParseGroups.images(new DG2File(new ByteArrayInputStream(bytes))));
    return answer;
  }

  // ---- is the chip the one that the issuer made

  private Object chipAuthentication() throws Exception {
    DG14File group = new DG14File(new ByteArrayInputStream(files.get(14)));
    ChipAuthenticationInfo info = null;
    for (SecurityInfo one : group.getSecurityInfos()) {
      if (one instanceof ChipAuthenticationInfo found && info == null) {
        info = found;
      }
    }
    for (SecurityInfo one : group.getSecurityInfos()) {
      if (one instanceof ChipAuthenticationPublicKeyInfo key
          && (info == null || info.getKeyId() == null || info.getKeyId().equals(key.getKeyId()))) {
        Map<String, Object> answer = Json.object();
        String oid = info == null ? null : info.getObjectIdentifier();
        answer.put("oid", oid);
        answer.put("key_id", key.getKeyId() == null ? null : key.getKeyId().toString());
        answer.put("algorithm", key.getSubjectPublicKey().getAlgorithm());
        service.doEACCA(key.getKeyId(), oid, key.getObjectIdentifier(), key.getSubjectPublicKey());
        // Only an answer under the new keys proves anything; PassportService would give DG14 from its memory.
        answer.put("proven", Arrays.equals(readAside(PassportService.EF_DG14), files.get(14)));
        return answer;
      }
    }
    return "not offered";
  }

  private Object activeAuthentication() throws Exception {
    PublicKey key = new DG15File(new ByteArrayInputStream(files.get(15))).getPublicKey();
    byte[] challenge = new byte[8];
    new SecureRandom().nextBytes(challenge);
    Map<String, Object> answer = Json.object();
    answer.put("algorithm", key.getAlgorithm());
    if (key instanceof RSAPublicKey rsa) {
      byte[] response = service.doAA(key, "SHA-1", "SHA1WithRSA/ISO9796-2", challenge).getResponse();
      answer.put("hash", recover(rsa, challenge, response));
      answer.put("proven", answer.get("hash") != null);
      return answer;
    }
    String name = "SHA256withPLAIN-ECDSA";
    if (files.containsKey(14)) {
      for (SecurityInfo one : new DG14File(new ByteArrayInputStream(files.get(14))).getSecurityInfos()) {
        if (one instanceof ActiveAuthenticationInfo info) {
          name = ActiveAuthenticationInfo.lookupMnemonicByOID(info.getSignatureAlgorithmOID())
              .replace("withECDSA", "withPLAIN-ECDSA");
        }
      }
    }
    answer.put("hash", name);
    byte[] response = service.doAA(key, name.substring(0, name.indexOf("with")), name, challenge).getResponse();
    answer.put("response_bytes", response.length);
    Signature signature = Signature.getInstance(name, BouncyCastleProvider.PROVIDER_NAME);
    signature.initVerify(key);
    signature.update(challenge);
    answer.put("proven", signature.verify(response));
    return answer;
  }

  /** The hash under which Bouncy Castle's ISO 9796-2 scheme 1 accepts the answer, or null. */
  private static String recover(RSAPublicKey key, byte[] challenge, byte[] response) {
    Map<String, Digest> digests = new LinkedHashMap<>();
    digests.put("SHA-1", new SHA1Digest());
    digests.put("SHA-224", new SHA224Digest());
    digests.put("SHA-256", new SHA256Digest());
    digests.put("SHA-384", new SHA384Digest());
    digests.put("SHA-512", new SHA512Digest());
    for (Map.Entry<String, Digest> digest : digests.entrySet()) {
      if (accepts(key, digest.getValue(), true, challenge, response)
          || accepts(key, digest.getValue(), false, challenge, response)) {
        return digest.getKey();
      }
    }
    return null;
  }

  /** Bouncy Castle sizes a buffer by the kind of trailer that it is told, and refuses when the size is another one. */
  private static boolean accepts(
      RSAPublicKey key, Digest digest, boolean shortTrailer, byte[] challenge, byte[] response) {
    try {
      ISO9796d2Signer signer = new ISO9796d2Signer(new RSAEngine(), digest, shortTrailer);
      signer.init(false, new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent()));
      signer.updateWithRecoveredMessage(response);
      signer.update(challenge, 0, challenge.length);
      return signer.verifySignature(response);
    } catch (Exception other) {
      return false; // another hash, or no signature at all
    }
  }
}
