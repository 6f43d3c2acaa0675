package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// An environment as text that others read.
final class EnvironmentDump {
  private static final byte[] QUOTE_AND_LINE_END = {'\'', '\n'};
  private static final byte[] QUOTED_QUOTE = {'\'', '\\', '\'', '\''};

  private EnvironmentDump() {}

  /// Lines for a POSIX shell to read with `.`; values keep every byte. Names that no shell can have
  /// are left out.
  static byte[] shell(Environment environment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String name : environment.names()) {
      Optional<RawString> value = environment.rawValue(name);
      if (value.isPresent() && isIdentifier(name)) {
        out.writeBytes(("export " + name + "='").getBytes(UTF_8));
        putInQuotes(out, value.get().bytes());
        out.writeBytes(QUOTE_AND_LINE_END);
      }
    }
    return out.toByteArray();
  }

  private static void putInQuotes(ByteArrayOutputStream out, byte[] value) {
    for (byte b : value) {
      if (b == '\'') {
        out.writeBytes(QUOTED_QUOTE);
      } else {
        out.write(b);
      }
    }
  }

  private static boolean isIdentifier(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLetter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
      if (!isLetter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /// One object; bytes that are no UTF-8 become U+FFFD, for JSON has no others.
  static byte[] json(Environment environment) {
    StringBuilder text = new StringBuilder("{");
    for (String name : environment.names()) {
      String value = environment.value(name).orElse("");
      text.append(text.length() == 1 ? "" : ",").append("\n  ");
      quote(text, name);
      text.append(": ");
      quote(text, value);
    }
    return text.append("\n}\n").toString().getBytes(UTF_8);
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
