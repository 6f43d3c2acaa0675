package dev.peregrine.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads a configuration file as text, and refuses what cannot be one.
final class SourceFile {
  static final int MAX_BYTES = 512 * 1024;

  private final Path path;
  private final Path shown;
  private final Consumer<Problem> problems;

  /// Makes the reader of a file.
  ///
  /// @param from directory that messages show the path from, if the file is below it
  SourceFile(Path path, Path from, Consumer<Problem> problems) {
    this.path = path;
    this.shown = path.startsWith(from) ? from.relativize(path) : path;
    this.problems = problems;
  }

  /// The path as messages show it.
  Path shown() {
    return shown;
  }

  /// The text, or nothing after a problem was reported.
  Optional<String> read() {
    if (!Files.isRegularFile(path)) {
      report(
          0,
          0,
          Files.isDirectory(path) ? "a directory" : "not a regular file",
          "a file",
          "replace it by a file, or remove it");
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (AccessDeniedException _) {
      report(
          0,
          0,
          "not readable for " + System.getProperty("user.name"),
          "a readable file",
          "change its owner or mode");
      return Optional.empty();
    } catch (IOException e) {
      report(
          0, 0, Escaped.text(String.valueOf(e.getMessage())), "a readable file", "check the disk");
      return Optional.empty();
    }
    if (bytes.length > MAX_BYTES) {
      report(
          0,
          0,
          "more than 512 KiB",
          "a file of at most 512 KiB",
          "check that this is the configuration");
      return Optional.empty();
    }
    return decode(bytes).filter(this::isText);
  }

  private Optional<String> decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    String text = out.toString();
    if (result.isError()) {
      report(
          lineAt(text, text.length()),
          columnAt(text, text.length()),
          "byte 0x%02x".formatted(in.get(in.position()) & 0xff),
          "text in UTF-8",
          "save the file in UTF-8");
      return Optional.empty();
    }
    return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
  }

  private boolean isText(String text) {
    if (text.isBlank()) {
      report(0, 0, "an empty file", "options", "write an option into it, or remove it");
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
        report(
            lineAt(text, i),
            columnAt(text, i),
            "byte 0x%02x".formatted((int) c),
            "text without control characters",
            "write the file anew: it is damaged");
        return false;
      }
    }
    return true;
  }

  private static int lineAt(String text, int end) {
    return 1 + (int) text.chars().limit(end).filter(c -> c == '\n').count();
  }

  private static int columnAt(String text, int end) {
    return end - text.lastIndexOf('\n', Math.max(0, end - 1));
  }

  /// Reports a problem of the file as such.
  void report(int line, int column, String found, String expected, String remedy) {
    problems.accept(
        new Problem(new Origin.InFile(shown, line, column), "the file", found, expected, remedy));
  }
}
