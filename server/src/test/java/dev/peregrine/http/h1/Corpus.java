package dev.peregrine.http.h1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The messages of a corpus file and what is to become of each; the form is told in `requests.txt`.
final class Corpus {
  /// A message, or several.
  ///
  /// @param name what is special about it
  /// @param verdict `ok` or the reason of a violation
  /// @param text its bytes as ISO 8859-1
  record Case(String name, String verdict, String text) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return name + " => " + verdict;
    }
  }

  private Corpus() {}

  static List<Case> requests() {
    return read("requests.txt");
  }

  static List<Case> responses() {
    return read("responses.txt");
  }

  private static List<Case> read(String file) {
    List<Case> cases = new ArrayList<>();
    String[] blocks = load(file).split("(?m)^--- ", -1);
    for (String block : Arrays.copyOfRange(blocks, 1, blocks.length)) {
      int arrow = block.indexOf(" => ");
      int end = block.indexOf('\n');
      String name = block.substring(0, arrow);
      String body = block.substring(end + 1).replaceAll("(?m)^# .*$", "").replace("\n", "");
      cases.add(new Case(name, block.substring(arrow + 4, end), new Unescaper(body).all()));
    }
    return cases;
  }

  private static String load(String file) {
    try (InputStream in = Corpus.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no corpus " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads the escapes of a corpus file.
  private static final class Unescaper {
    private final String source;
    private int position;

    Unescaper(String source) {
      this.source = source;
    }

    String all() {
      String text = text(false);
      if (position != source.length()) {
        throw new IllegalStateException("not closed: " + source);
      }
      return text;
    }

    private String text(boolean nested) {
      StringBuilder text = new StringBuilder();
      while (position < source.length()) {
        char character = source.charAt(position++);
        if (nested && character == ')') {
          return text.toString();
        }
        text.append(character == '\\' ? escape() : String.valueOf(character));
      }
      return text.toString();
    }

    private String escape() {
      char kind = source.charAt(position++);
      return switch (kind) {
        case 'r' -> "\r";
        case 'n' -> "\n";
        case 't' -> "\t";
        case '\\' -> "\\";
        case 'x' -> {
          position += 2;
          yield "" + (char) Integer.parseInt(source.substring(position - 2, position), 16);
        }
        case '*' -> {
          int open = source.indexOf('(', position);
          int count = Integer.parseInt(source.substring(position, open));
          position = open + 1;
          yield text(true).repeat(count);
        }
        default -> throw new IllegalStateException("unknown escape \\" + kind);
      };
    }
  }
}
