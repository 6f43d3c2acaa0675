package dev.peregrine.config;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.listen.ListenConfig.ListenAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The options of sockets, connections and limits on clients, and how they become a [ListenConfig].
final class ListenOptions {
  private static final long KIB = 1024;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  static final Option<List<String>> ADDRESS =
      Option.of(
              Section.LISTEN,
              "address",
              new Composites.Many<>(
                  new Texts.Text("a host name or an IP address", "127.0.0.1", Texts::isHost)),
              "Host names or addresses to listen at; `::` stands for all addresses of IPv6, and as the"
                  + " only one for those of IPv4 too.")
          .byDefault(List.of("0.0.0.0"))
          .shortFlags("-a");

  static final Option<Integer> PORT =
      Option.of(
              Section.LISTEN,
              "port",
              new Numbers.Whole(0, 65_535),
              "TCP port to listen on; with 0 the system picks a free one, which is printed.")
          .byDefault(3000)
          .shortFlags("-p")
          .variables("PORT");

  static final Option<Path> SOCKET_FILE =
      Option.of(
              Section.LISTEN,
              "socket_file",
              new Texts.FilePath(),
              "Unix socket to listen at instead of TCP.")
          .shortFlags("-S", "--socket");

  static final Option<List<ListenAddress>> LISTEN =
      Option.of(
              Section.LISTEN,
              "listen",
              new Composites.Many<>(new Texts.Endpoint()),
              "Everything to listen at, TCP and Unix sockets together; takes the place of"
                  + " `address`, `port` and `socket_file` unless those come from a source of higher"
                  + " precedence.")
          .shortFlags("-l")
          .absent("`address` and `port`, or `socket_file`");

  static final Option<Integer> SOCKET_BACKLOG =
      Option.of(
              Section.LISTEN,
              "socket_backlog",
              new Numbers.Whole(1, 65_535),
              "Connections that the kernel keeps waiting to be accepted; it may have a lower limit"
                  + " of its own (`net.core.somaxconn`).")
          .byDefault(2048);

  static final Option<Integer> EVENT_LOOPS =
      Option.of(
              Section.LISTEN,
              "event_loops",
              new Numbers.Whole(1, 1024),
              "Threads that carry all requests; the app's workers want the other processors.")
          .derived(
              "half the number of processors",
              values -> Optional.of(Math.max(1, values.surroundings().processors() / 2)))
          .aliases("core_threads");

  static final Option<Integer> MAX_CONNECTIONS =
      Option.of(
              Section.LISTEN,
              "max_connections",
              new Numbers.Whole(1, 10_000_000),
              "Connections open at once; beyond, the idle one that rested longest is closed, and"
                  + " without an idle one new connections wait.")
          .byDefault(20_000);

  static final Option<Optional<Integer>> MAX_CONNECTIONS_PER_ADDRESS =
      Option.of(
              Section.LISTEN,
              "max_connections_per_address",
              new Composites.Limit<>(new Numbers.Whole(1, 10_000_000), "0"),
              "Connections open at once from one client address. Behind a proxy all clients share"
                  + " its address.")
          .byDefault(Optional.empty());

  static final Option<Optional<Integer>> MAX_REQUESTS_PER_CONNECTION =
      Option.of(
              Section.LISTEN,
              "max_requests_per_connection",
              new Composites.Limit<>(new Numbers.Whole(1, 1_000_000_000), "0"),
              "Requests answered on one connection before it is closed.")
          .byDefault(Optional.empty());

  static final Option<Long> MAX_REQUEST_LINE =
      limit("max_request_line", "Longest request line; a longer one is answered 414.", 8 * KIB);

  static final Option<Long> MAX_HEADER_SIZE =
      limit("max_header_size", "Longest header section; a longer one is answered 431.", 32 * KIB);

  static final Option<Integer> MAX_HEADER_FIELDS =
      Option.of(
              Section.LIMITS,
              "max_header_fields",
              new Numbers.Whole(1, 10_000),
              "Most field lines of a header section; more are answered 431.")
          .byDefault(100);

  static final Option<Long> MAX_HEADER_FIELD_SIZE =
      limit(
          "max_header_field_size",
          "Longest single field line; a longer one is answered 431.",
          16 * KIB);

  static final Option<Long> MAX_COOKIE_SIZE =
      limit("max_cookie_size", "Longest sum of the `Cookie` values; answered 431.", 8 * KIB);

  static final Option<Long> MAX_CHUNK_EXTENSIONS =
      limit(
          "max_chunk_extensions",
          "Most bytes of chunk extensions of one content; more are answered 431. They are dropped.",
          4 * KIB);

  static final Option<Long> MAX_TRAILER_SIZE =
      limit("max_trailer_size", "Longest trailer section; answered 431.", 8 * KIB);

  static final Option<Duration> HEADER_TIMEOUT =
      timeout(
          "header_timeout",
          "Time from the first byte of a header section to its last; then 408.",
          15);

  static final Option<Duration> IDLE_TIMEOUT =
      timeout(
              "idle_timeout",
              "Time that a connection may rest between two requests before it is closed.",
              60)
          .aliases("keepalive_timeout");

  static final Option<Duration> CONTENT_TIMEOUT =
      timeout(
          "content_timeout",
          "Longest pause between two pieces of content that a client sends.",
          30);

  static final Option<Duration> SEND_TIMEOUT =
      timeout(
          "send_timeout",
          "Longest time in which a client takes nothing of what is sent to it.",
          60);

  static final Option<Long> MIN_CONTENT_RATE =
      Option.of(
              Section.LIMITS,
              "min_content_rate",
              new Numbers.Size(0, 1024 * 1024 * KIB, 1),
              "Bytes a second that a client must send or take once 10 seconds have passed; slower"
                  + " ones are cut off.")
          .byDefault(500L);

  private ListenOptions() {}

  private static Option<Long> limit(String name, String doc, long fallback) {
    return Option.of(Section.LIMITS, name, new Numbers.Size(256, 1024 * KIB, 1), doc)
        .byDefault(fallback);
  }

  private static Option<Duration> timeout(String name, String doc, int seconds) {
    return Option.of(Section.LIMITS, name, new Numbers.Time(SECOND, HOUR), doc)
        .byDefault(Duration.ofSeconds(seconds));
  }

  static List<Option<?>> all() {
    return List.of(
        ADDRESS,
        PORT,
        SOCKET_FILE,
        LISTEN,
        SOCKET_BACKLOG,
        EVENT_LOOPS,
        MAX_CONNECTIONS,
        MAX_CONNECTIONS_PER_ADDRESS,
        MAX_REQUESTS_PER_CONNECTION,
        MAX_REQUEST_LINE,
        MAX_HEADER_SIZE,
        MAX_HEADER_FIELDS,
        MAX_HEADER_FIELD_SIZE,
        MAX_COOKIE_SIZE,
        MAX_CHUNK_EXTENSIONS,
        MAX_TRAILER_SIZE,
        HEADER_TIMEOUT,
        IDLE_TIMEOUT,
        CONTENT_TIMEOUT,
        SEND_TIMEOUT,
        MIN_CONTENT_RATE);
  }

  static ListenConfig assemble(Values values) {
    return new ListenConfig(
        addresses(values),
        values.of(SOCKET_BACKLOG),
        values.of(EVENT_LOOPS),
        new HeadLimits(
            Math.toIntExact(values.of(MAX_REQUEST_LINE)),
            Math.toIntExact(values.of(MAX_HEADER_SIZE)),
            values.of(MAX_HEADER_FIELDS),
            Math.toIntExact(values.of(MAX_HEADER_FIELD_SIZE)),
            Math.toIntExact(values.of(MAX_COOKIE_SIZE)),
            Math.toIntExact(values.of(MAX_CHUNK_EXTENSIONS)),
            Math.toIntExact(values.of(MAX_TRAILER_SIZE))),
        values.of(MAX_CONNECTIONS),
        values.of(MAX_CONNECTIONS_PER_ADDRESS).orElse(Integer.MAX_VALUE),
        values.of(MAX_REQUESTS_PER_CONNECTION).orElse(Integer.MAX_VALUE),
        values.of(HEADER_TIMEOUT),
        values.of(IDLE_TIMEOUT),
        values.of(CONTENT_TIMEOUT),
        values.of(SEND_TIMEOUT),
        values.of(MIN_CONTENT_RATE));
  }

  /// The places to listen at. Of `listen`, `socket_file` and `address` with `port`, the one from
  /// the source of the highest precedence counts, and in case of a tie the first of these.
  private static List<ListenAddress> addresses(Values values) {
    int tcp = Math.min(values.rank(ADDRESS), values.rank(PORT));
    int socket = values.rank(SOCKET_FILE);
    Optional<List<ListenAddress>> listen = values.find(LISTEN);
    if (listen.isPresent() && values.rank(LISTEN) <= Math.min(tcp, socket)) {
      return listen.get();
    }
    Optional<Path> file = values.find(SOCKET_FILE);
    if (file.isPresent() && socket <= tcp) {
      return List.of(new ListenAddress.Unix(file.get()));
    }
    List<ListenAddress> addresses = new ArrayList<>();
    for (String host : values.of(ADDRESS)) {
      addresses.add(new ListenAddress.Tcp(host, values.of(PORT)));
    }
    return addresses;
  }
}
