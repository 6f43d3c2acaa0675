package dev.peregrine.http;

import java.util.List;

/// The entity tag of a representation under a content coding: the origin server's own, with `~` and
/// the name of the coding at its end, `"v7~br"`. Strong tags have to differ by coding (RFC 9110
/// §8.8.3.3); weak ones name what is equivalent and stay. Field values are passed as text, so that
/// tags that lack their quotation marks are treated alike.
public final class CodedTag {
  private static final List<ContentCoding> CODINGS =
      List.of(ContentCoding.GZIP, ContentCoding.ZSTD, ContentCoding.BR);

  private CodedTag() {}

  /// The tag under that coding.
  public static String of(String tag, ContentCoding coding) {
    if (coding == ContentCoding.IDENTITY || tag.startsWith("W/")) {
      return tag;
    }
    return tag.endsWith("\"") && tag.length() > 1
        ? tag.substring(0, tag.length() - 1) + mark(coding) + "\""
        : tag + mark(coding);
  }

  /// `If-Match` as the origin server knows its tags.
  public static String known(String list) {
    return stripped(list, CODINGS);
  }

  /// `If-None-Match` as the origin server knows its tags. Tags of codings that the client does not
  /// accept stay as they are: an answer that confirms one would be taken for a representation that
  /// it did not ask for.
  public static String known(String list, AcceptEncoding accepted) {
    return list.indexOf('~') < 0
        ? list
        : stripped(list, CODINGS.stream().filter(accepted::accepts).toList());
  }

  /// The coding under which the client holds what the origin server calls `tag`, so far as its
  /// `If-None-Match` tells; `IDENTITY` if it does not, or the client does not accept that coding.
  public static ContentCoding held(String tag, String list, AcceptEncoding accepted) {
    for (ContentCoding coding : CODINGS) {
      String coded = of(tag, coding);
      if (!coded.equals(tag) && list.contains(coded) && accepted.accepts(coding)) {
        return coding;
      }
    }
    return ContentCoding.IDENTITY;
  }

  private static String stripped(String list, List<ContentCoding> codings) {
    String known = list;
    for (ContentCoding coding : codings) {
      String mark = mark(coding);
      known = known.replace(mark + "\"", "\"");
      if (known.endsWith(mark)) {
        known = known.substring(0, known.length() - mark.length());
      }
    }
    return known;
  }

  private static String mark(ContentCoding coding) {
    return "~" + coding.lowerCase();
  }
}
