package dev.peregrine.http;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads structured fields, strictly: a field with any mistake is no field at all. Parameters are
/// checked and left out. Source: RFC 9651 §4.2.
public final class StructuredFields {
  private static final int MAX_WHOLE_DIGITS = 15;
  private static final int MAX_INTEGER_PART = 12;
  private static final int MAX_DECIMALS = 3;

  private final String text;
  private int position;

  private StructuredFields(String text) {
    this.text = text;
  }

  /// The members of a dictionary that was sent as these lines; empty if it is malformed. Of members
  /// with the same key the last one counts.
  public static Optional<Map<String, StructuredItem>> dictionary(List<String> lines) {
    StructuredFields reader = new StructuredFields(String.join(", ", lines));
    try {
      return Optional.of(reader.dictionary());
    } catch (Malformed _) {
      return Optional.empty();
    }
  }

  /// The members of a list that was sent as these lines; empty if it is malformed.
  public static Optional<List<StructuredItem>> list(List<String> lines) {
    StructuredFields reader = new StructuredFields(String.join(", ", lines));
    try {
      return Optional.of(reader.list());
    } catch (Malformed _) {
      return Optional.empty();
    }
  }

  private Map<String, StructuredItem> dictionary() throws Malformed {
    Map<String, StructuredItem> members = new LinkedHashMap<>();
    skip(" ");
    while (hasMore()) {
      String key = key();
      members.remove(key);
      if (takes('=')) {
        members.put(key, member());
      } else {
        parameters();
        members.put(key, new StructuredItem.Flag(true));
      }
      nextMember();
    }
    return members;
  }

  private List<StructuredItem> list() throws Malformed {
    List<StructuredItem> members = new ArrayList<>();
    skip(" ");
    while (hasMore()) {
      members.add(member());
      nextMember();
    }
    return members;
  }

  /// Goes over the comma to the next member, which has to come after one.
  private void nextMember() throws Malformed {
    skip(" \t");
    if (hasMore()) {
      expect(',');
      skip(" \t");
      require(hasMore());
    }
  }

  private StructuredItem member() throws Malformed {
    return hasMore() && text.charAt(position) == '(' ? inner() : item();
  }

  private StructuredItem inner() throws Malformed {
    expect('(');
    List<StructuredItem> items = new ArrayList<>();
    skip(" ");
    while (!takes(')')) {
      items.add(item());
      require(hasMore() && (text.charAt(position) == ' ' || text.charAt(position) == ')'));
      skip(" ");
    }
    parameters();
    return new StructuredItem.Inner(items);
  }

  private StructuredItem item() throws Malformed {
    StructuredItem item = bareItem();
    parameters();
    return item;
  }

  private void parameters() throws Malformed {
    while (takes(';')) {
      skip(" ");
      key();
      if (takes('=')) {
        bareItem();
      }
    }
  }

  private String key() throws Malformed {
    int start = position;
    require(hasMore() && (isLower(text.charAt(position)) || text.charAt(position) == '*'));
    while (hasMore() && isKey(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private StructuredItem bareItem() throws Malformed {
    require(hasMore());
    char first = text.charAt(position);
    if (first == '-' || isDigit(first)) {
      return number();
    }
    if (first == '*' || isAlpha(first)) {
      return token();
    }
    position++;
    return switch (first) {
      case '"' -> string();
      case ':' -> octets();
      case '?' -> flag();
      case '@' -> moment();
      case '%' -> display();
      default -> throw new Malformed();
    };
  }

  private StructuredItem number() throws Malformed {
    int start = position;
    takes('-');
    int whole = digits();
    require(whole > 0);
    if (!takes('.')) {
      require(whole <= MAX_WHOLE_DIGITS);
      return new StructuredItem.Whole(Long.parseLong(text.substring(start, position)));
    }
    int decimals = digits();
    require(whole <= MAX_INTEGER_PART && decimals > 0 && decimals <= MAX_DECIMALS);
    return new StructuredItem.Decimal(new BigDecimal(text.substring(start, position)));
  }

  private int digits() {
    int start = position;
    while (hasMore() && isDigit(text.charAt(position))) {
      position++;
    }
    return position - start;
  }

  private StructuredItem token() {
    int start = position;
    while (hasMore() && isTokenPart(text.charAt(position))) {
      position++;
    }
    return new StructuredItem.Token(text.substring(start, position));
  }

  private StructuredItem string() throws Malformed {
    StringBuilder value = new StringBuilder();
    while (!takes('"')) {
      require(hasMore());
      char character = text.charAt(position++);
      if (character == '\\') {
        require(hasMore());
        character = text.charAt(position++);
        require(character == '"' || character == '\\');
      }
      require(character >= ' ' && character <= '~');
      value.append(character);
    }
    return new StructuredItem.Text(value.toString());
  }

  private StructuredItem octets() throws Malformed {
    int start = position;
    while (!takes(':')) {
      require(hasMore());
      char character = text.charAt(position++);
      require(isAlpha(character) || isDigit(character) || "+/=".indexOf(character) >= 0);
    }
    return new StructuredItem.Octets(text.substring(start, position - 1));
  }

  private StructuredItem flag() throws Malformed {
    if (takes('1')) {
      return new StructuredItem.Flag(true);
    }
    expect('0');
    return new StructuredItem.Flag(false);
  }

  private StructuredItem moment() throws Malformed {
    require(hasMore() && (text.charAt(position) == '-' || isDigit(text.charAt(position))));
    if (number() instanceof StructuredItem.Whole(long seconds)) {
      return new StructuredItem.Moment(seconds);
    }
    throw new Malformed();
  }

  private StructuredItem display() throws Malformed {
    expect('"');
    ByteBuffer value = ByteBuffer.allocate(text.length() - position);
    while (!takes('"')) {
      require(hasMore());
      char character = text.charAt(position++);
      require(character >= ' ' && character <= '~');
      value.put((byte) (character == '%' ? hex() << 4 | hex() : character));
    }
    try {
      return new StructuredItem.Display(
          StandardCharsets.UTF_8.newDecoder().decode(value.flip()).toString());
    } catch (CharacterCodingException _) {
      throw new Malformed();
    }
  }

  /// A digit of a display string: small letters only.
  private int hex() throws Malformed {
    require(hasMore());
    char digit = text.charAt(position++);
    require(isDigit(digit) || (digit >= 'a' && digit <= 'f'));
    return Character.digit(digit, 16);
  }

  private boolean hasMore() {
    return position < text.length();
  }

  private boolean takes(char wanted) {
    boolean found = hasMore() && text.charAt(position) == wanted;
    position += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) throws Malformed {
    require(takes(wanted));
  }

  private void skip(String characters) {
    while (hasMore() && characters.indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private static void require(boolean isFormed) throws Malformed {
    if (!isFormed) {
      throw new Malformed();
    }
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isLower(char character) {
    return character >= 'a' && character <= 'z';
  }

  private static boolean isAlpha(char character) {
    return isLower((char) (character | 0x20)) && character < 0x80;
  }

  private static boolean isKey(char character) {
    return isLower(character) || isDigit(character) || "_-.*".indexOf(character) >= 0;
  }

  private static boolean isTokenPart(char character) {
    return character == ':'
        || character == '/'
        || (character < 0x80 && Grammar.isToken((byte) character));
  }

  /// Ends the reading of a field that is none; never leaves this class.
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed() {
      super(null, null, false, false);
    }
  }
}
