package dev.peregrine.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A validator that names one state of a representation. Source: RFC 9110 §8.8.3.
///
/// @param isWeak whether it stands for states that are merely equivalent
/// @param opaque what stands between the quotation marks
public record EntityTag(boolean isWeak, String opaque) {
  public EntityTag {
    for (int i = 0; i < opaque.length(); i++) {
      if (!isEtagc(opaque.charAt(i))) {
        throw new IllegalArgumentException(
            "not an entity tag: character " + (int) opaque.charAt(i));
      }
    }
  }

  /// The strong tag of a file of that size and time of last change.
  public static EntityTag ofFile(long size, long modifiedNanos) {
    return new EntityTag(false, Long.toHexString(size) + "-" + Long.toHexString(modifiedNanos));
  }

  /// The tag spelt by the whole of `text`.
  public static Optional<EntityTag> parse(String text) {
    List<EntityTag> tags = parseList(text);
    return tags.size() == 1 && text.endsWith("\"") && !text.startsWith(",")
        ? Optional.of(tags.getFirst())
        : Optional.empty();
  }

  /// The tags of a comma-separated list; none at all if any part of it is malformed.
  public static List<EntityTag> parseList(String text) {
    List<EntityTag> tags = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char at = text.charAt(i);
      if (at == ',' || at == ' ' || at == '\t') {
        i++;
        continue;
      }
      boolean weak = text.startsWith("W/", i);
      int open = weak ? i + 2 : i;
      int close = open < text.length() ? closingQuote(text, open) : -1;
      if (close < 0 || !endsElement(text, close + 1)) {
        return List.of();
      }
      tags.add(new EntityTag(weak, text.substring(open + 1, close)));
      i = close + 1;
    }
    return tags;
  }

  /// Whether both are strong and the same. RFC 9110 §8.8.3.2
  public boolean matchesStrongly(EntityTag other) {
    return !isWeak && !other.isWeak && opaque.equals(other.opaque);
  }

  /// Whether both are the same, weak or not. RFC 9110 §8.8.3.2
  public boolean matchesWeakly(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /// The tag as a field value.
  @Override
  public String toString() {
    return (isWeak ? "W/\"" : "\"") + opaque + "\"";
  }

  private static int closingQuote(String text, int open) {
    if (text.charAt(open) != '"') {
      return -1;
    }
    int i = open + 1;
    while (i < text.length() && isEtagc(text.charAt(i))) {
      i++;
    }
    return i < text.length() && text.charAt(i) == '"' ? i : -1;
  }

  private static boolean endsElement(String text, int from) {
    int i = from;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i == text.length() || text.charAt(i) == ',';
  }

  private static boolean isEtagc(char character) {
    return character == '!'
        || (character >= '#' && character <= '~')
        || (character >= 0x80 && character <= 0xff);
  }
}
