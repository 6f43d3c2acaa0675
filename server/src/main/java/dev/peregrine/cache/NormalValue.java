package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.Weight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Field values of requests in a form that is the same for all values with the same meaning.
/// Source: RFC 9111 §4.1.
final class NormalValue {
  private static final char RATHER = '>';
  private static final char NEVER = '!';

  /// Begins a value that is not what its field should hold.
  private static final char ODD = '?';

  private static final Comparator<Weighted> ORDER =
      Comparator.comparingInt(Weighted::thousandths).reversed().thenComparing(Weighted::name);

  private NormalValue() {}

  /// The normal form of a field's lines, joined by commas.
  static String of(FieldName name, String joined) {
    return switch (name) {
      case ACCEPT_ENCODING, ACCEPT_LANGUAGE -> weighted(joined);
      case COOKIE, USER_AGENT, REFERER, ORIGIN, AUTHORIZATION -> joined;
      default -> list(joined);
    };
  }

  /// Whether of a normal `Accept-Language` that language alone is wanted most.
  static boolean isPreferred(String normal, String language) {
    return normal.startsWith(language)
        && (normal.length() == language.length() || normal.charAt(language.length()) == RATHER);
  }

  /// Elements without the white space around commas that are not in quotation marks.
  private static String list(String joined) {
    StringBuilder normal = new StringBuilder(joined.length());
    boolean isQuoted = false;
    int from = 0;
    for (int i = 0; i < joined.length(); i++) {
      char at = joined.charAt(i);
      if (at == '\\' && isQuoted) {
        i++;
      } else if (at == '"') {
        isQuoted = !isQuoted;
      } else if (at == ',' && !isQuoted) {
        normal.append(joined.substring(from, i).strip()).append(',');
        from = i + 1;
      }
    }
    return normal.append(joined.substring(from).strip()).toString();
  }

  /// What is wanted most first, `a,b>c>!d`: the order of elements of equal weight means nothing,
  /// nor does the distance between weights.
  private static String weighted(String joined) {
    List<Weighted> elements = new ArrayList<>();
    for (String part : joined.split(",", -1)) {
      String element = part.strip().toLowerCase(Locale.ROOT);
      if (element.isEmpty()) {
        continue;
      }
      Weighted weighted = element(element);
      if (weighted == null) {
        return ODD + list(joined);
      }
      elements.add(weighted);
    }
    elements.sort(ORDER);
    StringBuilder normal = new StringBuilder();
    int before = Weight.FULL;
    for (Weighted element : elements) {
      if (!normal.isEmpty()) {
        normal.append(element.thousandths() == before ? ',' : RATHER);
      }
      normal.append(element.thousandths() == 0 ? String.valueOf(NEVER) : "").append(element.name());
      before = element.thousandths();
    }
    return normal.toString();
  }

  private static @Nullable Weighted element(String text) {
    int semicolon = text.indexOf(';');
    String name = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    OptionalInt weight =
        semicolon < 0
            ? OptionalInt.of(Weight.FULL)
            : Weight.thousandths(text.substring(semicolon + 1).strip());
    boolean isName = name.chars().allMatch(NormalValue::isNamePart) && !name.isEmpty();
    return isName && weight.isPresent() ? new Weighted(name, weight.getAsInt()) : null;
  }

  private static boolean isNamePart(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character == '-'
        || character == '_'
        || character == '*';
  }

  private record Weighted(String name, int thousandths) {}
}
