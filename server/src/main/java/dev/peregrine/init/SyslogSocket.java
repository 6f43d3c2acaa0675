package dev.peregrine.init;

import dev.peregrine.log.NamedLines;
import dev.peregrine.log.NamedLines.Shape;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;

/// The socket that programs send their messages for the system's log to (`/dev/log`), which go to
/// standard output. Each message becomes one line.
///
/// A datagram is a message; on a connection messages end with NUL or a line end (RFC 6587 §3.4.2)
/// or have their length in front (§3.4.1). Until the first message nothing of this has a thread.
final class SyslogSocket {
  private final Host host;
  private final LogPump pump;
  private final Shape shape;
  private final Path path;
  private int descriptor = -1;
  private boolean isStream;
  private boolean isPumped; // the pump has the descriptor of datagrams

  SyslogSocket(Host host, LogPump pump, Shape shape, Path path) {
    this.host = host;
    this.pump = pump;
    this.shape = shape;
    this.path = path;
  }

  /// Opens the socket, unless somebody serves it or there is no place for it.
  ///
  /// @param takesConnections whether messages come on connections, else as datagrams
  void open(boolean takesConnections) {
    isStream = takesConnections;
    byte[] name = RawString.of(path).bytes();
    if (UnixSocket.isServed(name)) {
      return;
    }
    try {
      Files.deleteIfExists(path);
      descriptor = isStream ? UnixSocket.listener(name) : UnixSocket.receiver(name);
      if (descriptor < 0) {
        throw new IOException(Errno.describe(-descriptor));
      }
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      host.log().info("syslog.absent", "path", path, "reason", e.getMessage());
      Posix.close(descriptor);
      descriptor = -1;
      return;
    }
    watch();
  }

  private void watch() {
    Host.Timer[] watch = new Host.Timer[1];
    watch[0] =
        host.watch(
            descriptor,
            () -> {
              if (isStream) {
                accept();
              } else {
                watch[0].cancel();
                isPumped = true;
                pump.add(descriptor, new Datagrams());
              }
            });
  }

  private void accept() {
    for (int connection = UnixSocket.accept(descriptor);
        connection >= 0;
        connection = UnixSocket.accept(descriptor)) {
      pump.add(connection, new Stream());
    }
  }

  /// Takes the socket away; what was sent is still read by the pump.
  void close() {
    if (descriptor < 0) {
      return;
    }
    path.toFile().delete();
    if (isStream) {
      accept();
    } else if (!isPumped) {
      pump.add(descriptor, new Datagrams());
    }
  }

  private byte[] line(byte[] bytes, int length) {
    SyslogMessage message = SyslogMessage.parse(bytes, length);
    String process = message.pid().isEmpty() ? "" : "[" + message.pid() + "]";
    String app = message.app().isEmpty() ? "syslog" : message.app();
    String data = message.data().isEmpty() ? "" : message.data() + " ";
    return NamedLines.line(
        shape,
        Clock.systemUTC(),
        app + process + " " + message.level() + ": " + data,
        "facility",
        message.facilityName(),
        "severity",
        message.severityName(),
        "app",
        message.app(),
        "pid",
        message.pid(),
        "data",
        message.data(),
        "message",
        message.text());
  }

  /// One message a datagram.
  private final class Datagrams implements LogPump.Source {
    @Override
    public byte[] lines(byte[] bytes, int length) {
      return line(bytes, length);
    }

    @Override
    public byte[] end() {
      return new byte[0];
    }
  }

  /// Messages on a connection.
  private final class Stream implements LogPump.Source {
    private final SyslogFrames frames = new SyslogFrames();

    @Override
    public byte[] lines(byte[] bytes, int length) {
      return frames.add(bytes, length, SyslogSocket.this::line);
    }

    @Override
    public byte[] end() {
      return frames.end(SyslogSocket.this::line);
    }
  }
}
