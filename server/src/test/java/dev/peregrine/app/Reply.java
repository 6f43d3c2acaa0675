package dev.peregrine.app;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A response as a worker sent it.
///
/// @param fields field lines, in order, as sent
/// @param content content, a character a byte
/// @param isWhole whether the content came to the end that its framing announces
record Reply(int status, List<String> fields, String content, boolean isWhole) {
  String text() {
    return new String(content.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  Optional<String> field(String name) {
    return values(name).stream().findFirst();
  }

  List<String> values(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return fields.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .toList();
  }
}
