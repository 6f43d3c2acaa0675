package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.init.Supervisor.Order;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.UnixSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers questions and takes orders on a Unix socket, from root and from the account of init.
/// Lives on the thread of its [Host].
///
/// ```
/// status|status-json|service-status [NAME]|start NAME|stop NAME|restart NAME|once NAME|signal NUMBER NAME
/// ```
///
/// One line comes, words separated by blanks; the exit code for the command in a line of its own
/// and text to print go back. The answer to an order comes when it is carried out.
final class ControlServer {
  private static final int MAX_LINE = 1024;
  private static final int MAX_CONNECTIONS = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Host host;
  private final Supervisor supervisor;
  private final StatusReport report;
  private final LongSupplier clock;
  private final Runnable ordered;
  private final List<Connection> connections = new ArrayList<>();
  private int listener = -1;

  /// @param ordered runs after an order, on the thread of the host; calls [#look]
  ControlServer(
      Host host, Supervisor supervisor, StatusReport report, LongSupplier clock, Runnable ordered) {
    this.host = host;
    this.supervisor = supervisor;
    this.report = report;
    this.clock = clock;
    this.ordered = ordered;
  }

  /// Listens at a path in a directory that only this account can enter.
  void open(Path path) {
    listener = UnixSocket.listener(RawString.of(path).bytes());
    if (listener < 0) {
      host.log().warn("control.absent", "path", path, "reason", Errno.describe(-listener));
      return;
    }
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      host.log().warn("control.mode", "path", path, "reason", e.getMessage());
    }
    host.watch(listener, this::accept);
  }

  private void accept() {
    int descriptor = UnixSocket.accept(listener);
    if (descriptor < 0) {
      return;
    }
    int uid = UnixSocket.peerUid(descriptor);
    boolean isAllowed = uid == 0 || uid == Posix.uid();
    if (!isAllowed || connections.size() >= MAX_CONNECTIONS) {
      Posix.close(descriptor);
      return;
    }
    connections.add(new Connection(descriptor));
  }

  /// Answers the orders that are carried out by now.
  void look() {
    for (Connection connection : List.copyOf(connections)) {
      connection.look();
    }
  }

  void close() {
    for (Connection connection : List.copyOf(connections)) {
      connection.answer(FAILED, "the container stops\n");
    }
    Posix.close(listener);
  }

  /// One question and its answer.
  private final class Connection {
    private final int descriptor;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Host.Timer watch;
    private BooleanSupplier isDone = () -> false;
    private BooleanSupplier hasFailed = () -> false;
    private String asked = "";

    Connection(int descriptor) {
      this.descriptor = descriptor;
      this.watch = host.watch(descriptor, this::read);
      Host.Timer _ = host.after(PATIENCE, this::giveUp);
    }

    /// Who does not ask shall not take the place of others.
    private void giveUp() {
      if (asked.isEmpty()) {
        close();
      }
    }

    private void read() {
      byte[] bytes = new byte[MAX_LINE];
      int count = Posix.read(descriptor, bytes);
      if (count == -Errno.EAGAIN) {
        return;
      }
      if (count <= 0 || line.size() + count > MAX_LINE) {
        close();
        return;
      }
      line.write(bytes, 0, count);
      String text = line.toString(UTF_8);
      if (text.endsWith("\n") && asked.isEmpty()) {
        take(text.strip().split(" "));
      }
    }

    private void take(String[] words) {
      asked = words[0];
      switch (asked) {
        case "status" -> answer(DONE, report.text());
        case "status-json" -> answer(DONE, report.json());
        case "service-status" -> statusOf(words);
        case "start", "stop", "restart", "once" -> order(words);
        case "signal" -> signal(words);
        default -> answer(USAGE, "unknown order\n");
      }
    }

    private void statusOf(String[] words) {
      List<Service> wanted = new ArrayList<>();
      for (int i = 1; i < words.length; i++) {
        Service found = service(words[i]);
        if (found == null) {
          return;
        }
        wanted.add(found);
      }
      boolean isWell = wanted.stream().allMatch(Service::isReady);
      String text = report.services(wanted.isEmpty() ? supervisor.services() : wanted);
      answer(isWell ? DONE : 3, text);
    }

    private void order(String[] words) {
      Service service = words.length == 2 ? service(words[1]) : misuse();
      if (service == null) {
        return;
      }
      Order order = Order.valueOf(asked.toUpperCase(Locale.ROOT));
      int runs = service.runs();
      if (!supervisor.order(service, order, clock.getAsLong())) {
        answer(FAILED, "the container stops\n");
        return;
      }
      isDone =
          switch (order) {
            case START -> () -> service.isReady() || service.state() == Service.State.SCHEDULED;
            case STOP -> () -> !service.isLive();
            case RESTART -> () -> service.isReady() && service.runs() > runs;
            case ONCE -> () -> service.runs() > runs || service.isLive();
          };
      if (order == Order.START || order == Order.RESTART) {
        hasFailed =
            () ->
                service.runs() > runs
                    && switch (service.state()) {
                      case PAUSING, ENDED, DOWN -> !service.isReady();
                      case WAITING, STARTING, READY, STOPPING, CLEARING, FINISHING, SCHEDULED ->
                          false;
                    };
      }
      host.execute(ordered);
    }

    private void signal(String[] words) {
      OptionalInt number = words.length == 3 ? SignalNumber.parse(words[1]) : OptionalInt.empty();
      if (number.isEmpty()) {
        answer(USAGE, "unknown signal (expected a name such as HUP, or a number)\n");
        return;
      }
      Service service = service(words[2]);
      if (service == null) {
        return;
      }
      if (service.pid() == 0) {
        answer(FAILED, service.name() + " does not run\n");
        return;
      }
      service.signal(number.getAsInt());
      host.execute(ordered);
      answer(DONE, "");
    }

    private @Nullable Service misuse() {
      answer(USAGE, "one service (expected its name)\n");
      return null;
    }

    private @Nullable Service service(String name) {
      Service found = supervisor.service(name).orElse(null);
      if (found == null) {
        answer(
            FAILED,
            "no service is called " + name + "; `peregrine init service status` lists them\n");
      }
      return found;
    }

    void look() {
      if (isDone.getAsBoolean()) {
        answer(DONE, "");
      } else if (hasFailed.getAsBoolean()) {
        answer(FAILED, asked + " failed; `peregrine init service status` and the log tell more\n");
      }
    }

    void answer(int code, String text) {
      byte[] bytes = (code + "\n" + text).getBytes(UTF_8);
      int sent = 0;
      while (sent < bytes.length) {
        int count = Posix.write(descriptor, Arrays.copyOfRange(bytes, sent, bytes.length));
        if (count <= 0) {
          break; // it does not read
        }
        sent += count;
      }
      close();
    }

    private void close() {
      if (connections.remove(this)) {
        watch.cancel();
        Posix.close(descriptor);
      }
    }
  }
}
