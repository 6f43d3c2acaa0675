package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.Credentials;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Pipe;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The ways on which services say that they are ready and well: a socket for the messages of
/// `sd_notify`, or a pipe for one line. Lives on the thread of its [Host].
final class Notifications {
  private static final int MAX_MESSAGE = 4096;

  private final Host host;
  private final Supplier<Optional<RuntimeDirectory>> directory;
  private final Listener listener;
  private final Map<String, Path> sockets = new HashMap<>();

  /// Who is told.
  interface Listener {
    void ready(String service);

    /// It is well, or something is wrong with it.
    void alive(String service, String fault);

    void noted(String service, String text);
  }

  Notifications(Host host, Supplier<Optional<RuntimeDirectory>> directory, Listener listener) {
    this.host = host;
    this.directory = directory;
    this.listener = listener;
  }

  /// The socket of a service, for `NOTIFY_SOCKET`; made when it is first asked for.
  Path socket(String service, Optional<Credentials> account) throws IOException {
    Path known = sockets.get(service);
    if (known != null) {
      return known;
    }
    Optional<RuntimeDirectory> place = directory.get();
    if (place.isEmpty()) {
      throw new IOException("no directory for sockets can be written to; mount a tmpfs at /run");
    }
    Path path = place.get().notification(service);
    int descriptor = UnixSocket.receiver(RawString.of(path).bytes());
    if (descriptor < 0) {
      throw new IOException(path + ": " + Errno.describe(-descriptor));
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    if (account.isPresent()) {
      Files.setAttribute(path, "unix:uid", account.get().uid(), LinkOption.NOFOLLOW_LINKS);
    }
    byte[] bytes = new byte[MAX_MESSAGE];
    host.watch(
        descriptor,
        () -> {
          int count = Posix.read(descriptor, bytes);
          if (count > 0) {
            take(service, new String(bytes, 0, count, UTF_8));
          }
        });
    sockets.put(service, path);
    return path;
  }

  private void take(String service, String message) {
    message
        .lines()
        .forEach(line -> {
          if (line.equals("READY=1")) {
            listener.ready(service);
          } else if (line.equals("WATCHDOG=1")) {
            listener.alive(service, "");
          } else if (line.equals("WATCHDOG=trigger")) {
            listener.alive(service, "said so itself");
          } else if (line.startsWith("STATUS=")) {
            listener.noted(service, line.substring("STATUS=".length()));
          }
        });
  }

  /// Reads the pipe of one run until a line has come or nobody can write one any more.
  void watch(Pipe pipe, Consumer<String> ready, String service) {
    byte[] bytes = new byte[64];
    Host.Timer[] watch = new Host.Timer[1];
    watch[0] =
        host.watch(
            pipe.readEnd(),
            () -> {
              int count = Posix.read(pipe.readEnd(), bytes);
              boolean isLine =
                  count > 0 && new String(Arrays.copyOf(bytes, count), UTF_8).indexOf('\n') >= 0;
              if (isLine) {
                ready.accept(service);
              }
              if (isLine || (count <= 0 && count != -Errno.EAGAIN)) {
                watch[0].cancel();
                Posix.close(pipe.readEnd());
              }
            });
  }
}
