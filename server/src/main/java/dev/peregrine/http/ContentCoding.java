package dev.peregrine.http;

import java.util.Locale;

/// A way to code content that Peregrine knows how to do. Source: RFC 9110 §8.4.1, RFC 7932, RFC
/// 8878.
public enum ContentCoding {
  /// Content as it is.
  IDENTITY,
  /// RFC 1952.
  GZIP,
  /// RFC 8878, with the window that RFC 9659 allows.
  ZSTD,
  /// RFC 7932.
  BR;

  private final String text = name().toLowerCase(Locale.ROOT);

  /// The name as it stands in fields.
  public String lowerCase() {
    return text;
  }

  /// Small number that stands for the coding in tables.
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  public int number() {
    return ordinal();
  }
}
