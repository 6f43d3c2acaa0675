package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;

/// One pass over the fields of a request that finds which of those that matter to the cache are
/// there, as bits.
final class RequestScan {
  static final int CACHE_CONTROL = 1;
  static final int CREDENTIALS = 2;
  static final int COOKIE = 4;
  static final int CONDITION = 8;
  static final int RANGE = 16;
  static final int FORWARDED_HOST = 32;

  /// A field from which apps and frameworks take host, path or method, and that no `Vary` names.
  static final int KEYED = 64;

  private static final byte[] TRAITS = traits();

  private RequestScan() {}

  static int of(FieldSection fields) {
    int traits = 0;
    for (int i = 0; i < fields.size(); i++) {
      traits |= TRAITS[fields.known(i).number()];
    }
    return traits;
  }

  static boolean has(int traits, int trait) {
    return (traits & trait) != 0;
  }

  static boolean isKeyed(FieldName name) {
    return has(TRAITS[name.number()], KEYED);
  }

  private static byte[] traits() {
    FieldName[] names = FieldName.values();
    byte[] traits = new byte[names.length];
    for (FieldName name : names) {
      traits[name.number()] = (byte) trait(name);
    }
    return traits;
  }

  private static int trait(FieldName name) {
    return switch (name) {
      case CACHE_CONTROL -> CACHE_CONTROL;
      case AUTHORIZATION -> CREDENTIALS;
      case COOKIE -> COOKIE;
      case IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE -> CONDITION;
      case RANGE -> RANGE;
      case X_FORWARDED_HOST -> FORWARDED_HOST;
      case FORWARDED,
          X_FORWARDED_PREFIX,
          X_FORWARDED_SERVER,
          X_FORWARDED_SCHEME,
          X_FORWARDED_SSL,
          X_FORWARDED_PROTOCOL,
          X_URL_SCHEME,
          FRONT_END_HTTPS,
          X_HOST,
          X_ORIGINAL_HOST,
          X_ORIGINAL_URL,
          X_REWRITE_URL,
          X_SCRIPT_NAME,
          X_HTTP_METHOD,
          X_HTTP_METHOD_OVERRIDE,
          X_METHOD_OVERRIDE ->
          KEYED;
      default -> 0;
    };
  }
}
