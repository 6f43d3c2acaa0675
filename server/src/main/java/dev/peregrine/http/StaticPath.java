package dev.peregrine.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The file that the path of a target names below some root: decoded once, without dot segments.
/// The caller still has to see to symbolic links. Sources: RFC 3986 §2.1, §5.2.4, §6.2.2.
///
/// @param relative segments joined by `/`, neither first nor last a `/`; empty for the root itself
/// @param isDirectory whether the path ends in `/`
public record StaticPath(String relative, boolean isDirectory) {
  private static final String WELL_KNOWN = ".well-known";

  /// Reads a path as it was sent. Empty for what is never served: paths that leave the root, name a
  /// dot-file (`/.well-known/` excepted, RFC 8615), or hold NUL or another control byte, an encoded
  /// slash, a backslash, a broken escape or bytes that are not UTF-8.
  public static Optional<StaticPath> of(String path) {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    Deque<String> segments = new ArrayDeque<>();
    boolean directory = true;
    for (String raw : path.substring(1).split("/", -1)) {
      String segment = decode(raw);
      if (segment == null || (segment.equals("..") && segments.pollLast() == null)) {
        return Optional.empty();
      }
      directory = segment.isEmpty() || isDots(segment);
      if (!directory) {
        if (segment.startsWith(".") && !(segments.isEmpty() && segment.equals(WELL_KNOWN))) {
          return Optional.empty();
        }
        segments.add(segment);
      }
    }
    return Optional.of(new StaticPath(String.join("/", segments), directory));
  }

  private static boolean isDots(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  private static @Nullable String decode(String raw) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(raw.length());
    int i = 0;
    while (i < raw.length()) {
      int octet = raw.charAt(i++);
      if (octet == '%') {
        octet = i + 2 <= raw.length() ? escape(raw.charAt(i), raw.charAt(i + 1)) : -1;
        i += 2;
      }
      if (octet < ' ' || octet == 0x7f || octet > 0xff || octet == '/' || octet == '\\') {
        return null;
      }
      octets.write(octet);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static int escape(char high, char low) {
    if (high > 0x7f || low > 0x7f) {
      return -1;
    }
    int value = Grammar.hexValue((byte) high);
    int rest = Grammar.hexValue((byte) low);
    return value < 0 || rest < 0 ? -1 : value << 4 | rest;
  }
}
