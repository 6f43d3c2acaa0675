package dev.peregrine.init;

import dev.peregrine.init.Supervisor.Order;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.Fifo;
import dev.peregrine.process.posix.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// What the program `sv` of runit looks at and writes to: the directory `supervise` of a service.
/// Lives on the thread of its [Host].
///
/// ```
/// supervise/ok        named pipe: somebody supervises, for it can be opened
///          /control   named pipe: a letter an order
///          /status    20 bytes: since when, process id, what is wanted, what it does
///          /stat, /pid   the same for people
/// ```
final class RunitSupervise {
  private static final long TAI64_OF_1970 = (1L << 62) + 10;
  private static final int STATUS_SIZE = 20;
  private static final int DOWN = 0;
  private static final int RUN = 1;
  private static final int FINISH = 2;

  private final Path directory;
  private final Host.Timer watch;
  private final int ok;
  private final int control;
  private byte[] written = new byte[0];

  /// Who gets the orders that come as letters.
  interface Orders {
    void order(Order order);

    void signal(int number);

    /// As stop, and nothing supervises the directory any more then.
    void exit();
  }

  private RunitSupervise(Path directory, int ok, int control, Host host, Orders orders) {
    this.directory = directory;
    this.ok = ok;
    this.control = control;
    this.watch = host.watch(control, () -> read(orders));
  }

  /// Makes the directory; empty where it cannot be, as on a read-only root.
  static Optional<RunitSupervise> open(Path service, Host host, Orders orders) {
    Path directory = service.resolve("supervise");
    try {
      make(directory);
    } catch (IOException _) {
      return Optional.empty();
    }
    int ok = Fifo.open(RawString.of(directory.resolve("ok")).bytes());
    int control = Fifo.open(RawString.of(directory.resolve("control")).bytes());
    if (ok < 0 || control < 0) {
      Posix.close(ok);
      Posix.close(control);
      return Optional.empty();
    }
    return Optional.of(new RunitSupervise(directory, ok, control, host, orders));
  }

  /// Debian makes it a link to a place that does not exist yet.
  private static void make(Path directory) throws IOException {
    Path real =
        Files.isSymbolicLink(directory)
            ? directory.resolveSibling(Files.readSymbolicLink(directory))
            : directory;
    Path parent = real.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(
          real, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException _) {
      // from an earlier life
    }
  }

  private void read(Orders orders) {
    byte[] letters = new byte[64];
    int count = Posix.read(control, letters);
    for (int i = 0; i < count; i++) {
      char letter = (char) letters[i];
      switch (letter) {
        case 'u' -> orders.order(Order.START);
        case 'o' -> orders.order(Order.ONCE);
        case 'd' -> orders.order(Order.STOP);
        case 'x' -> orders.exit();
        default -> {
          if (RunitProtocol.signal(letter) != 0) {
            orders.signal(RunitProtocol.signal(letter));
          }
        }
      }
    }
  }

  /// Writes how the service is, if that has changed.
  void show(Service service, long now) {
    byte[] status = status(service, Instant.now().minusNanos(now - service.since()));
    boolean isSame =
        Arrays.equals(
            status, 12, status.length, written, Math.min(12, written.length), written.length);
    if (isSame) {
      return;
    }
    written = status;
    try {
      write("status", status);
      String pid = service.pid() == 0 ? "" : service.pid() + "\n";
      write("pid", pid.getBytes(StandardCharsets.US_ASCII));
      write("stat", (word(status[19]) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // no room: the next change is another try
    }
  }

  private static String word(int state) {
    return switch (state) {
      case RUN -> "run";
      case FINISH -> "finish";
      default -> "down";
    };
  }

  private static byte[] status(Service service, Instant since) {
    int state =
        switch (service.state()) {
          case STARTING, READY, STOPPING -> RUN;
          case CLEARING, FINISHING -> FINISH;
          case DOWN, WAITING, PAUSING, SCHEDULED, ENDED -> DOWN;
        };
    return ByteBuffer.allocate(STATUS_SIZE)
        .putLong(TAI64_OF_1970 + since.getEpochSecond())
        .putInt(since.getNano())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(service.pid())
        .put((byte) (service.isPaused() ? 1 : 0))
        .put((byte) (service.wanted() == Service.Wanted.UP ? 'u' : 'd'))
        .put((byte) (service.isAskedToEnd() ? 1 : 0))
        .put((byte) state)
        .array();
  }

  private void write(String name, byte[] content) throws IOException {
    Path draft = directory.resolve(name + ".new");
    Files.write(draft, content);
    Files.move(
        draft,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  void close() {
    watch.cancel();
    Posix.close(ok);
    Posix.close(control);
  }
}
