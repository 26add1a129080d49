import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.icao.CscaMasterList;
import org.bouncycastle.asn1.icao.DataGroupHash;
import org.bouncycastle.asn1.icao.LDSSecurityObject;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.util.Store;

/**
 * Judges signed files of passports with Bouncy Castle alone.
 *
 * <p>Arguments: {@code signed FILE…} (EF.SOD, EF.CardSecurity), {@code list FILE} (master list), {@code anchors FILE…}
 * (certificates, or a list whose certificates all count), {@code chains FILE…} (which anchor key verifies the signer's
 * certificate of each signed file), {@code crl FILE…}. {@code at INSTANT} sets the time of the path check. Several may
 * follow one another. One JSON object goes to standard output.
 */
public final class Judge {
  private static final String BC = BouncyCastleProvider.PROVIDER_NAME;
  private static final int MASTER_LIST_LIMIT = 8 << 20;

  private final Map<String, X509CertificateHolder> anchors = new LinkedHashMap<>();
  private Instant at = Instant.now();

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    Judge judge = new Judge();
    Map<String, Object> answer = Json.object();
    String mode = "";
    for (String argument : arguments) {
      switch (argument) {
        case "signed", "list", "anchors", "chains", "crl", "at" -> mode = argument;
        default -> judge.take(mode, argument, answer);
      }
    }
    System.out.println(Json.text(answer));
  }

  @SuppressWarnings("unchecked")
  private void take(String mode, String argument, Map<String, Object> answer) throws Exception {
    if (mode.equals("at")) {
      at = Instant.parse(argument);
      return;
    }
    Path path = Path.of(argument);
    if (Files.size(path) > MASTER_LIST_LIMIT) {
      throw new IOException("too large: " + path);
    }
    if (mode.equals("anchors")) {
      readAnchors(path);
      return;
    }
    Map<String, Object> part = (Map<String, Object>) answer.computeIfAbsent(mode, key -> Json.object());
    part.put(argument, guarded(() -> switch (mode) {
      case "signed" -> signed(Files.readAllBytes(path));
      case "list" -> list(Files.readAllBytes(path));
      case "chains" -> chain(Files.readAllBytes(path));
      case "crl" -> crl(Files.readAllBytes(path));
      default -> throw new IllegalArgumentException("unknown part " + mode);
    }));
  }

  private interface Work {
    Map<String, Object> run() throws Exception;
  }

  private static Map<String, Object> guarded(Work work) {
    try {
      return work.run();
    } catch (Exception problem) {
      Map<String, Object> out = Json.object();
      out.put("error", describe(problem));
      return out;
    }
  }

  static String describe(Throwable problem) {
    return problem.getClass().getSimpleName() + ": " + problem.getMessage();
  }

  /** The SignedData inside: the application tag 77 of EF.SOD is taken off by hand, EF.CardSecurity has none. */
  static CMSSignedData parse(byte[] file) throws Exception {
    int start = 0;
    if ((file[0] & 0xFF) == 0x77) {
      int length = file[1] & 0xFF;
      start = length < 0x80 ? 2 : 2 + (length & 0x7F);
    }
    byte[] inner = new byte[file.length - start];
    System.arraycopy(file, start, inner, 0, inner.length);
    return new CMSSignedData(inner);
  }

  static X509CertificateHolder signerCertificate(CMSSignedData data, SignerInformation signer) {
    @SuppressWarnings("unchecked")
    Store<X509CertificateHolder> store = data.getCertificates();
    @SuppressWarnings("unchecked")
    Collection<X509CertificateHolder> matches = store.getMatches(signer.getSID());
    return matches.isEmpty() ? null : matches.iterator().next();
  }

  private Map<String, Object> signed(byte[] file) throws Exception {
    CMSSignedData data = parse(file);
    Map<String, Object> out = Json.object();
    out.put("content_type", data.getSignedContentTypeOID());
    out.put("certificates", data.getCertificates().getMatches(null).size());
    List<Object> signers = new ArrayList<>();
    for (SignerInformation signer : data.getSignerInfos()) {
      signers.add(signer(data, signer));
    }
    out.put("signers", signers);
    byte[] content = (byte[]) data.getSignedContent().getContent();
    out.put("content_sha256", hex(content));
    if (data.getSignedContentTypeOID().equals("2.23.136.1.1.1")) {
      LDSSecurityObject object = LDSSecurityObject.getInstance(content);
      out.put("lds_version", object.getVersion());
      out.put("hash_oid", object.getDigestAlgorithmIdentifier().getAlgorithm().getId());
      Map<String, Object> hashes = Json.object();
      for (DataGroupHash hash : object.getDatagroupHash()) {
        hashes.put(
            String.valueOf(hash.getDataGroupNumber()),
            HexFormat.of().formatHex(hash.getDataGroupHashValue().getOctets()));
      }
      out.put("hashes", hashes);
    }
    return out;
  }

  private static Map<String, Object> signer(CMSSignedData data, SignerInformation signer) throws Exception {
    Map<String, Object> out = Json.object();
    out.put("digest_oid", signer.getDigestAlgOID());
    out.put("signature_oid", signer.getEncryptionAlgOID());
    X509CertificateHolder certificate = signerCertificate(data, signer);
    out.put("certificate_found", certificate != null);
    if (certificate == null) {
      out.put("verified", false);
      return out;
    }
    out.put("certificate_sha256", hex(certificate.getEncoded()));
    out.put("serial", certificate.getSerialNumber().toString());
    try {
      // Without a time of signing, Bouncy Castle does not look at the certificate's validity.
      out.put("verified", signer.verify(
          new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(BouncyCastleProvider.getPublicKey(certificate.getSubjectPublicKeyInfo()))));
    } catch (Exception problem) {
      out.put("verified", false);
      out.put("problem", describe(problem));
    }
    return out;
  }

  private Map<String, Object> list(byte[] file) throws Exception {
    Map<String, Object> out = signed(file);
    List<Object> entries = new ArrayList<>();
    List<X509CertificateHolder> all = new ArrayList<>();
    for (Certificate structure : masterList(file).getCertStructs()) {
      all.add(new X509CertificateHolder(structure));
    }
    Map<String, List<X509CertificateHolder>> byKey = new LinkedHashMap<>();
    for (X509CertificateHolder one : all) {
      byKey.computeIfAbsent(subjectKey(one), key -> new ArrayList<>()).add(one);
    }
    for (X509CertificateHolder one : all) {
      entries.add(guarded(() -> describe(one, byKey)));
    }
    out.put("entries", entries);
    return out;
  }

  private static CscaMasterList masterList(byte[] file) throws Exception {
    return CscaMasterList.getInstance((byte[]) parse(file).getSignedContent().getContent());
  }

  private static Map<String, Object> describe(
      X509CertificateHolder one, Map<String, List<X509CertificateHolder>> byKey)      throws Exception {
    Map<String, Object> out = Json.object();
    out.put("sha256", hex(one.getEncoded()));
    out.put("serial", one.getSerialNumber().toString());
    out.put("not_before", one.getNotBefore().toInstant().toString());
    out.put("not_after", one.getNotAfter().toInstant().toString());
    out.put("signature_oid", one.getSignatureAlgorithm().getAlgorithm().getId());
    Extension aki = one.getExtension(Extension.authorityKeyIdentifier);
    Extension constraints = one.getExtension(Extension.basicConstraints);
    ASN1OctetString issuerKey =
        aki == null ? null : AuthorityKeyIdentifier.getInstance(aki.getParsedValue()).getKeyIdentifierObject();
    out.put("ski", subjectKey(one));
    out.put("aki", issuerKey == null ? null : HexFormat.of().formatHex(issuerKey.getOctets()));
    out.put("ca", constraints == null ? null : BasicConstraints.getInstance(constraints.getParsedValue()).isCA());
    out.put("same_name", one.getSubject().equals(one.getIssuer()));
    boolean selfSigned = verifies(one, one);
    out.put("self_signed", selfSigned);
    // Issuers by the key that AKI names, whatever the names of the holders are.
    List<Object> issuers = new ArrayList<>();
    for (X509CertificateHolder candidate : byKey.getOrDefault((String) out.get("aki"), List.of())) {
      if (candidate.equals(one) ? selfSigned : verifies(one, candidate)) {
        issuers.add(hex(candidate.getEncoded()));
      }
    }
    out.put("issuers", issuers);
    return out;
  }

  private static String subjectKey(X509CertificateHolder one) {
    Extension ski = one.getExtension(Extension.subjectKeyIdentifier);
    return ski == null
        ? "" : HexFormat.of().formatHex(SubjectKeyIdentifier.getInstance(ski.getParsedValue()).getKeyIdentifier());
  }

  /** Whether the issuer's key verifies the signature over the certificate; nothing else is looked at. */
  static boolean verifies(X509CertificateHolder one, X509CertificateHolder issuer) {
    try {
      return one.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider(BC)
          .build(issuer.getSubjectPublicKeyInfo()));
    } catch (Exception problem) {
      return false;
    }
  }

  private void readAnchors(Path path) throws Exception {
    byte[] bytes = Files.readAllBytes(path);
    List<X509CertificateHolder> found = new ArrayList<>();
    if (path.toString().endsWith(".ml")) {
      for (Certificate structure : masterList(bytes).getCertStructs()) {
        found.add(new X509CertificateHolder(structure));
      }
    } else if (bytes[0] == '-') {
      try (PEMParser reader = new PEMParser(Files.newBufferedReader(path))) {
        for (Object next = reader.readObject(); next != null; next = reader.readObject()) {
          found.add((X509CertificateHolder) next);
        }
      }
    } else {
      found.add(new X509CertificateHolder(bytes));
    }
    for (X509CertificateHolder one : found) {
      anchors.put(hex(one.getEncoded()), one);
    }
  }

  /** Which anchors' keys verify the signer's certificate, and whether the PKIX path of RFC 5280 holds at that time. */
  private Map<String, Object> chain(byte[] file) throws Exception {
    CMSSignedData data = parse(file);
    SignerInformation signer = data.getSignerInfos().iterator().next();
    X509CertificateHolder certificate = signerCertificate(data, signer);
    Map<String, Object> out = Json.object();
    out.put("certificate_found", certificate != null);
    List<Object> keys = new ArrayList<>();
    Map<String, Object> paths = Json.object();
    if (certificate != null) {
      for (Map.Entry<String, X509CertificateHolder> anchor : anchors.entrySet()) {
        if (country(certificate).equals(country(anchor.getValue())) && verifies(certificate, anchor.getValue())) {
          keys.add(anchor.getKey());
          paths.put(anchor.getKey(), path(certificate, anchor.getValue()));
        }
      }
      out.put("certificate_sha256", hex(certificate.getEncoded()));
      out.put("not_before", certificate.getNotBefore().toInstant().toString());
      out.put("not_after", certificate.getNotAfter().toInstant().toString());
    }
    out.put("anchors", keys);
    out.put("paths", paths);
    return out;
  }

  private static String country(X509CertificateHolder one) {
    var values = one.getIssuer().getRDNs(org.bouncycastle.asn1.x500.style.BCStyle.C);
    return values.length == 0 ? "" : values[0].getFirst().getValue().toString().toUpperCase();
  }

  private String path(X509CertificateHolder certificate, X509CertificateHolder anchor) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509", BC);
      JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider(BC);
      X509Certificate leaf = converter.getCertificate(certificate);
      CertPath chain = factory.generateCertPath(List.of(leaf));
      PKIXParameters parameters =
          new PKIXParameters(Set.of(new TrustAnchor(converter.getCertificate(anchor), null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(at));
      CertPathValidator.getInstance("PKIX", BC).validate(chain, parameters);
      return "ok";
    } catch (Exception problem) {
      return describe(problem);
    }
  }

  private Map<String, Object> crl(byte[] file) throws Exception {
    X509CRLHolder list = new X509CRLHolder(new ByteArrayInputStream(file));
    Map<String, Object> out = Json.object();
    List<Object> keys = new ArrayList<>();
    for (Map.Entry<String, X509CertificateHolder> anchor : anchors.entrySet()) {
      try {
        if (list.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider(BC)
            .build(anchor.getValue().getSubjectPublicKeyInfo()))) {
          keys.add(anchor.getKey());
        }
      } catch (Exception problem) {
        continue; // a key of another kind
      }
    }
    out.put("anchors", keys);
    List<Object> serials = new ArrayList<>();
    for (Object entry : list.getRevokedCertificates()) {
      serials.add(((X509CRLEntryHolder) entry).getSerialNumber().toString());
    }
    out.put("serials", serials);
    out.put("this_update", list.getThisUpdate().toInstant().toString());
    out.put("next_update", list.getNextUpdate() == null ? null : list.getNextUpdate().toInstant().toString());
    return out;
  }

  static String hex(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
