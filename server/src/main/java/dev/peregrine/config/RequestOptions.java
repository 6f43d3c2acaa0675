package dev.peregrine.config;

import dev.peregrine.exchange.ExchangeConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The options of requests and responses, and how they become an [ExchangeConfig].
final class RequestOptions {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;

  static final Option<Boolean> REQUEST_BUFFERING =
      toggle(
              "request_buffering",
              "Whether the content of a request is received whole before a worker is taken, so"
                  + " that a slow client costs no worker. Without it the app sees the content as"
                  + " it arrives.")
          .byDefault(true);

  static final Option<Long> MAX_CONTENT_SIZE =
      size(
              "max_content_size",
              new Numbers.Size(0, 1024 * GIB, 1),
              "Longest content of a request; longer is answered 413.")
          .byDefault(GIB);

  static final Option<Long> CONTENT_BUFFER_MEMORY =
      size(
              "content_buffer_memory",
              new Numbers.Size(4 * KIB, GIB, 1),
              "Content of one request or response kept in memory before it goes to a file.")
          .byDefault(128 * KIB);

  static final Option<Long> RESPONSE_BUFFER_HIGH_WATERMARK =
      size(
              "response_buffer_high_watermark",
              new Numbers.Size(64 * KIB, 1024 * GIB, 1),
              "Response content buffered for a slow client, in memory and file, before the worker"
                  + " has to wait for the client.")
          .byDefault(128 * MIB);

  static final Option<Path> DATA_BUFFER_DIR =
      Option.of(
              Section.REQUESTS,
              "data_buffer_dir",
              new Texts.FilePath(),
              "Directory of the temporary files for large content. Best on a disk, not in memory.")
          .derived(
              "`$TMPDIR`, else /tmp",
              values -> Optional.of(values.surroundings().temporaryDirectory()));

  static final Option<Optional<Duration>> MAX_REQUEST_TIME =
      Option.of(
              Section.REQUESTS,
              "max_request_time",
              new Composites.Limit<>(
                  new Numbers.Time(Duration.ofMillis(100), Duration.ofDays(1)), "0"),
              "Longest time that the app may be silent; then the client gets 504 and the worker is"
                  + " replaced.")
          .byDefault(Optional.empty());

  static final Option<List<String>> TRUSTED_PROXIES =
      Option.of(
              Section.REQUESTS,
              "trusted_proxies",
              new Composites.Many<>(
                  new Texts.Text(
                      "an IP address or block, such as 10.0.0.0/8",
                      "10.0.0.0/8",
                      RequestOptions::isBlock)),
              "Addresses of proxies whose `X-Forwarded-*` fields are believed; those of anybody"
                  + " else are replaced.")
          .byDefault(List.of());

  static final Option<String> VIA =
      Option.of(
              Section.REQUESTS,
              "via",
              new Texts.Text(
                  "a name of letters, digits, - . and _", "peregrine", RequestOptions::isToken),
              "Name with which the server adds itself to `Via`.")
          .absent("no `Via`");

  static final Option<Boolean> STATIC_FILES =
      toggle("static_files", "Whether files below `static_files_dir` win over the app.")
          .byDefault(true);

  static final Option<Path> STATIC_FILES_DIR =
      Option.of(
              Section.REQUESTS,
              "static_files_dir",
              new Texts.FilePath(),
              "Directory of the static files; it need not exist.")
          .derived(
              "`public` in the app's directory",
              values -> Optional.of(values.surroundings().appDirectory().resolve("public")));

  static final Option<List<Path>> SENDFILE_ROOTS =
      Option.of(
              Section.REQUESTS,
              "sendfile_roots",
              new Composites.Many<>(new Texts.FilePath()),
              "Directories below which the app may name files with `X-Sendfile` or"
                  + " `X-Accel-Redirect`.")
          .byDefault(List.of());

  static final Option<Boolean> UNDERSCORES_IN_HEADERS =
      toggle(
              "underscores_in_headers",
              "Whether field names with `_` reach the app. They can be mistaken for names with"
                  + " `-`: `X_Forwarded_For` for `X-Forwarded-For`.")
          .byDefault(false);

  static final Option<Boolean> FRIENDLY_ERROR_PAGES =
      toggle(
              "friendly_error_pages",
              "Whether errors show their details, with backtrace and environment, to the client.")
          .derived(
              "on in the environment `development`",
              values -> Optional.of(values.of(AppOptions.ENVIRONMENT).equals("development")));

  static final Option<Path> CUSTOM_ERROR_PAGE =
      Option.of(
          Section.REQUESTS,
          "custom_error_page",
          new Texts.FilePath(),
          "HTML file sent for errors that the server itself answers.");

  private RequestOptions() {}

  private static Option<Boolean> toggle(String name, String doc) {
    return Option.of(Section.REQUESTS, name, new Texts.Switch(), doc);
  }

  private static Option<Long> size(String name, Numbers.Size type, String doc) {
    return Option.of(Section.REQUESTS, name, type, doc);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.length() <= 100
        && text.chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '.'
                    || c == '-'
                    || c == '_');
  }

  static boolean isBlock(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int bits = address.getAddress().length * 8;
      return slash < 0
          || new Numbers.Whole(0, bits)
                  .read(
                      Found.text(text.substring(slash + 1)),
                      new OptionType.Reader(Path.of("/"), false))
              instanceof OptionType.Reading.Good<Integer>;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  static List<Option<?>> all() {
    return List.of(
        REQUEST_BUFFERING,
        MAX_CONTENT_SIZE,
        CONTENT_BUFFER_MEMORY,
        RESPONSE_BUFFER_HIGH_WATERMARK,
        DATA_BUFFER_DIR,
        MAX_REQUEST_TIME,
        TRUSTED_PROXIES,
        VIA,
        STATIC_FILES,
        STATIC_FILES_DIR,
        SENDFILE_ROOTS,
        UNDERSCORES_IN_HEADERS,
        FRIENDLY_ERROR_PAGES,
        CUSTOM_ERROR_PAGE);
  }

  static ExchangeConfig assemble(Values values) {
    return new ExchangeConfig(
        values.of(REQUEST_BUFFERING),
        values.of(MAX_CONTENT_SIZE),
        Math.toIntExact(values.of(CONTENT_BUFFER_MEMORY)),
        values.of(RESPONSE_BUFFER_HIGH_WATERMARK),
        values.of(DATA_BUFFER_DIR),
        values.of(MAX_REQUEST_TIME),
        values.of(TRUSTED_PROXIES),
        values.find(VIA),
        values.of(STATIC_FILES) ? values.find(STATIC_FILES_DIR) : Optional.empty(),
        values.of(SENDFILE_ROOTS),
        values.of(UNDERSCORES_IN_HEADERS),
        values.of(FRIENDLY_ERROR_PAGES),
        values.find(CUSTOM_ERROR_PAGE),
        CompressionOptions.assemble(values),
        FragmentOptions.assemble(values));
  }
}
