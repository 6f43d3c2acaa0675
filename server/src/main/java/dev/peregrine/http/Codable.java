package dev.peregrine.http;

import java.util.Locale;

/// Which responses of an app may be put under a content coding by a gateway, and gain by it. Pure.
public final class Codable {
  private Codable() {}

  /// Whether the app leaves the coding to us: whole content, not coded by itself, without a word
  /// against it, and without a digest that coding would belie (RFC 9530 §2, §3).
  public static boolean isAllowed(int status, FieldSection response) {
    if (status < 200 || status == 204 || status == 205 || status == 206 || status == 304) {
      return false;
    }
    for (int i = 0; i < response.size(); i++) {
      boolean isObstacle =
          switch (response.known(i)) {
            case CONTENT_ENCODING, CONTENT_RANGE -> true;
            case CACHE_CONTROL -> forbidsTransformation(response, i);
            case OTHER -> isDigest(response, i);
            default -> false;
          };
      if (isObstacle) {
        return false;
      }
    }
    return true;
  }

  /// Whether coding makes content of that type noticeably smaller.
  public static boolean isWorthwhile(FieldSection response) {
    String type = response.first(FieldName.CONTENT_TYPE);
    return type != null && MediaTypes.isCompressible(type);
  }

  /// Whether `Vary` says already that the response depends on `Accept-Encoding`. RFC 9110 §12.5.5
  public static boolean isVarying(FieldSection response) {
    for (int i = 0; i < response.size(); i++) {
      if (response.known(i) == FieldName.VARY
          && (TokenList.contains(response, i, "accept-encoding")
              || TokenList.contains(response, i, "*"))) {
        return true;
      }
    }
    return false;
  }

  /// RFC 9111 §5.2.2.6
  private static boolean forbidsTransformation(FieldSection response, int i) {
    return response.value(i).toLowerCase(Locale.ROOT).contains("no-transform");
  }

  private static boolean isDigest(FieldSection response, int i) {
    return response.nameIs(i, "content-digest")
        || response.nameIs(i, "repr-digest")
        || response.nameIs(i, "digest")
        || response.nameIs(i, "content-md5");
  }
}
