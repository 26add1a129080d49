import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.crypto.interfaces.DHPublicKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jmrtd.lds.ActiveAuthenticationInfo;
import org.jmrtd.lds.CardAccessFile;
import org.jmrtd.lds.ChipAuthenticationInfo;
import org.jmrtd.lds.ChipAuthenticationPublicKeyInfo;
import org.jmrtd.lds.PACEInfo;
import org.jmrtd.lds.SecurityInfo;
import org.jmrtd.lds.icao.DG11File;
import org.jmrtd.lds.icao.DG12File;
import org.jmrtd.lds.icao.DG14File;
import org.jmrtd.lds.icao.DG15File;
import org.jmrtd.lds.icao.DG1File;
import org.jmrtd.lds.icao.DG2File;
import org.jmrtd.lds.iso19794.FaceInfo;
import org.jmrtd.lds.iso39794.FaceImageDataBlock;

/** What JMRTD reads in files of a passport, told apart by their first octet. Arguments: files. One JSON object out. */
public final class ParseGroups {
  private static final int FILE_LIMIT = 1 << 20;

  private ParseGroups() {}

  public static void main(String[] arguments) throws Exception {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    var lines = System.out;
    System.setOut(System.err);
    Map<String, Object> answer = Json.object();
    for (String argument : arguments) {
      Map<String, Object> one = Json.object();
      try {
        byte[] bytes = Files.readAllBytes(Path.of(argument));
        parse(bytes, one);
      } catch (Exception problem) {
        one.put("error", Judge.describe(problem));
      }
      answer.put(argument, one);
    }
    lines.println(Json.text(answer));
  }

  private static void parse(byte[] bytes, Map<String, Object> out) throws Exception {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    switch (bytes[0]) {
      case 0x61 -> zone(new DG1File(in), out);
      case 0x75 -> out.put("images", images(new DG2File(in)));
      case 0x6B -> details(new DG11File(in), out);
      case 0x6C -> {
        DG12File group = new DG12File(in);
        out.put("authority", group.getIssuingAuthority());
        out.put("issued", group.getDateOfIssue());
      }
      case 0x6E -> out.put("infos", infos(new DG14File(in).getSecurityInfos()));
      case 0x6F -> out.put("key", key(new DG15File(in).getPublicKey()));
      case 0x31 -> out.put("infos", infos(new CardAccessFile(in).getSecurityInfos()));
      default -> throw new IllegalArgumentException("unknown file");
    }
  }

  static void zone(DG1File group, Map<String, Object> out) {
    var zone = group.getMRZInfo();
    out.put("text", zone.toString().replace("\n", ""));
    out.put("document_code", zone.getDocumentCode());
    out.put("issuing_state", zone.getIssuingState());
    out.put("primary", zone.getPrimaryIdentifier());
    out.put("secondary", zone.getSecondaryIdentifier());
    out.put("number", zone.getDocumentNumber());
    out.put("birth", zone.getDateOfBirth());
    out.put("expiry", zone.getDateOfExpiry());
    out.put("gender", zone.getGenderCode().toString());
    out.put("nationality", zone.getNationality());
  }

  private static void details(DG11File group, Map<String, Object> out) {
    out.put("name", group.getNameOfHolder());
    out.put("personal_number", group.getPersonalNumber());
    out.put("birth", group.getFullDateOfBirth());
    out.put("birth_place", group.getPlaceOfBirth());
    out.put("address", group.getPermanentAddress());
    out.put("profession", group.getProfession());
    out.put("other_names", group.getOtherNames());
  }

  static List<Object> images(DG2File group) throws Exception {
    List<Object> images = new ArrayList<>();
    for (var record : group.getSubRecords()) {
      if (record instanceof FaceInfo faces) {
        for (var face : faces.getFaceImageInfos()) {
          images.add(image("19794-5", face.getMimeType(), face.getImageInputStream().readNBytes(FILE_LIMIT)));
        }
      } else if (record instanceof FaceImageDataBlock block) {
        for (var face : block.getRepresentationBlocks()) {
          images.add(image("39794-5", face.getMimeType(), face.getImageInputStream().readNBytes(FILE_LIMIT)));
        }
      }
    }
    return images;
  }

  private static Object image(String format, String mime, byte[] bytes) throws Exception {
    Map<String, Object> answer = Json.object();
    answer.put("format", format);
    answer.put("mime", mime);
    answer.put("bytes", bytes.length);
    answer.put("sha256", Judge.hex(bytes));
    return answer;
  }

  private static List<Object> infos(Iterable<SecurityInfo> infos) {
    List<Object> all = new ArrayList<>();
    for (SecurityInfo info : infos) {
      Map<String, Object> one = Json.object();
      if (info instanceof PACEInfo pace) {
        one.put("kind", "pace");
        one.put("mapping", PACEInfo.toMappingType(pace.getObjectIdentifier()).name());
        one.put("agreement", PACEInfo.toKeyAgreementAlgorithm(pace.getObjectIdentifier()));
        one.put("parameter_id", pace.getParameterId());
      } else if (info instanceof ChipAuthenticationInfo chip) {
        one.put("kind", "ca");
        one.put("key_id", chip.getKeyId());
      } else if (info instanceof ChipAuthenticationPublicKeyInfo chip) {
        one.put("kind", "key");
        one.put("key_id", chip.getKeyId());
        one.put("key", key(chip.getSubjectPublicKey()));
      } else if (info instanceof ActiveAuthenticationInfo active) {
        one.put("kind", "aa");
        one.put("signature_oid", active.getSignatureAlgorithmOID());
      } else {
        continue;
      }
      one.put("oid", info.getObjectIdentifier());
      all.add(one);
    }
    return all;
  }

  private static Object key(PublicKey key) {
    Map<String, Object> one = Json.object();
    if (key instanceof RSAPublicKey rsa) {
      one.put("n", rsa.getModulus().toString(16));
      one.put("e", rsa.getPublicExponent().toString(16));
    } else if (key instanceof ECPublicKey ec) {
      one.put("x", ec.getW().getAffineX().toString(16));
      one.put("y", ec.getW().getAffineY().toString(16));
      one.put("order", ec.getParams().getOrder().toString(16));
    } else if (key instanceof DHPublicKey dh) {
      one.put("p", dh.getParams().getP().toString(16));
      one.put("y", dh.getY().toString(16));
    }
    return one;
  }
}
