package dev.peregrine.config;

import dev.peregrine.config.OptionType.Reader;
import dev.peregrine.config.OptionType.Reading;
import dev.peregrine.listen.ListenConfig.ListenAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Types of options whose values are single texts.
final class Texts {
  private Texts() {}

  /// Yes or no.
  record Switch() implements OptionType<Boolean> {
    @Override
    public Reading<Boolean> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, _, _, _)) {
        switch (text.toLowerCase(Locale.ROOT)) {
          case "true", "yes", "on", "1" -> {
            return new Reading.Good<>(true);
          }
          case "false", "no", "off", "0" -> {
            return new Reading.Good<>(false);
          }
          default -> {}
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public String show(Boolean value) {
      return Boolean.toString(value);
    }

    @Override
    public String example() {
      return "true";
    }

    @Override
    public String label() {
      return "BOOLEAN";
    }
  }

  /// Any text of a given form.
  record Text(String expected, String example, Predicate<String> isValid)
      implements OptionType<String> {
    @Override
    public Reading<String> read(Found found, Reader reader) {
      return found instanceof Found.Scalar(String text, boolean isNull, _, _)
              && !isNull
              && isValid.test(text)
          ? new Reading.Good<>(text)
          : new Reading.Bad<>(found, expected());
    }

    @Override
    public String show(String value) {
      return value;
    }

    @Override
    public String label() {
      return "TEXT";
    }
  }

  /// A program: a name looked up in `PATH`, or a path.
  record Command(String example) implements OptionType<String> {
    @Override
    public Reading<String> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, boolean isNull, _, _)
          && !isNull
          && isUsable(text)) {
        return new Reading.Good<>(
            text.indexOf('/') < 0 ? text : reader.directory().resolve(text).normalize().toString());
      }
      return new Reading.Bad<>(found, expected());
    }

    @Override
    public String expected() {
      return "the name or path of a program";
    }

    @Override
    public String show(String value) {
      return value;
    }

    @Override
    public String label() {
      return "PROGRAM";
    }
  }

  /// A path; a relative one starts from the directory of the file that it stands in.
  record FilePath() implements OptionType<Path> {
    @Override
    public Reading<Path> read(Found found, Reader reader) {
      return found instanceof Found.Scalar(String text, boolean isNull, _, _)
              && !isNull
              && isUsable(text)
          ? new Reading.Good<>(reader.directory().resolve(text).normalize())
          : new Reading.Bad<>(found, expected());
    }

    @Override
    public String expected() {
      return "a path";
    }

    @Override
    public String show(Path value) {
      return value.toString();
    }

    @Override
    public String example() {
      return "/srv/app";
    }

    @Override
    public String label() {
      return "PATH";
    }
  }

  /// One word out of a few.
  ///
  /// @param words the words that are documented
  /// @param synonyms others that are understood
  record Word<E extends Enum<E>>(Map<String, E> words, Map<String, E> synonyms)
      implements OptionType<E> {
    public Word {
      words = new LinkedHashMap<>(words);
      synonyms = Map.copyOf(synonyms);
    }

    @Override
    public Reading<E> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, _, _, _)) {
        String word = text.toLowerCase(Locale.ROOT);
        E value = words.get(word);
        if (value == null) {
          value = synonyms.get(word);
        }
        if (value != null) {
          return new Reading.Good<>(value);
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    @Override
    public String expected() {
      return words.keySet().stream().collect(Collectors.joining(", ", "one of ", ""));
    }

    @Override
    public String show(E value) {
      return words.entrySet().stream()
          .filter(entry -> entry.getValue() == value)
          .findFirst()
          .orElseThrow()
          .getKey();
    }

    @Override
    public String example() {
      return words.keySet().iterator().next();
    }

    @Override
    public String label() {
      return String.join("|", words.keySet());
    }
  }

  /// A place to listen at: `HOST:PORT`, `[IPv6]:PORT`, `PORT` or `unix:PATH`.
  record Endpoint() implements OptionType<ListenAddress> {
    @Override
    public Reading<ListenAddress> read(Found found, Reader reader) {
      if (found instanceof Found.Scalar(String text, boolean isNull, _, _) && !isNull) {
        if (text.startsWith("unix:") && isUsable(text.substring(5))) {
          return new Reading.Good<>(
              new ListenAddress.Unix(reader.directory().resolve(text.substring(5)).normalize()));
        }
        String address = text.startsWith("tcp://") ? text.substring(6) : text;
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "0.0.0.0" : unbracketed(address.substring(0, colon));
        Reading<Integer> port =
            new Numbers.Whole(0, 65_535).read(Found.text(address.substring(colon + 1)), reader);
        if (isHost(host) && port instanceof Reading.Good<Integer>(Integer number)) {
          return new Reading.Good<>(new ListenAddress.Tcp(host, number));
        }
      }
      return new Reading.Bad<>(found, expected());
    }

    private static String unbracketed(String host) {
      boolean isBracketed = host.startsWith("[") && host.endsWith("]");
      if (isBracketed) {
        return host.substring(1, host.length() - 1);
      }
      return host.indexOf(':') < 0 ? host : "";
    }

    @Override
    public String expected() {
      return "HOST:PORT, [IPv6]:PORT or unix:PATH";
    }

    @Override
    public String show(ListenAddress value) {
      return switch (value) {
        case ListenAddress.Tcp(String host, int port) when host.indexOf(':') >= 0 ->
            "[" + host + "]:" + port;
        case ListenAddress.Tcp(String host, int port) -> host + ":" + port;
        case ListenAddress.Unix(Path path) -> "unix:" + path;
      };
    }

    @Override
    public String example() {
      return "127.0.0.1:8080";
    }

    @Override
    public String label() {
      return "ADDRESS";
    }
  }

  /// Whether a text can be a host name or an address.
  static boolean isHost(String text) {
    return !text.isEmpty()
        && text.length() <= 255
        && text.chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '.'
                    || c == '-'
                    || c == ':'
                    || c == '%'
                    || c == '_');
  }

  private static boolean isUsable(String path) {
    return !path.isBlank() && path.indexOf('\0') < 0;
  }
}
