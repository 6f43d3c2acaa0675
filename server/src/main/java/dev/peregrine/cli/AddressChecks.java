package dev.peregrine.cli;

import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.config.Config;
import dev.peregrine.listen.ListenConfig.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Whether the addresses are free and the kernel takes the backlog.
final class AddressChecks {
  private static final String AREA = "address";
  private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

  private final Config config;
  private final Consumer<Finding> findings;

  AddressChecks(Config config, Consumer<Finding> findings) {
    this.config = config;
    this.findings = findings;
  }

  void check() {
    boolean isServing = isServing();
    for (ListenAddress address : config.listen().addresses()) {
      if (isServing) {
        findings.accept(Finding.ok(AREA, show(address) + ": this app is being served already"));
      } else {
        switch (address) {
          case ListenAddress.Tcp tcp -> tcp(tcp);
          case ListenAddress.Unix unix -> unix(unix);
        }
      }
    }
    HostFacts.number(SOMAXCONN)
        .filter(limit -> limit < config.listen().backlog())
        .ifPresent(limit ->
            findings.accept(
                Finding.warn(
                    AREA,
                    "the kernel keeps "
                        + limit
                        + " connections waiting, socket_backlog asks for "
                        + config.listen().backlog(),
                    "sysctl net.core.somaxconn=" + config.listen().backlog())));
  }

  private boolean isServing() {
    try {
      return InstanceFile.read(config.instance().directory())
          .filter(file -> Waiting.isAlive(file.pid()))
          .isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  private void tcp(ListenAddress.Tcp address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      InetSocketAddress wanted = new InetSocketAddress(address.host(), address.port());
      if (wanted.isUnresolved()) {
        findings.accept(
            Finding.error(
                AREA, address.host() + ": no such host", "name an address of this machine"));
        return;
      }
      socket.bind(wanted, 1);
      findings.accept(Finding.ok(AREA, show(address) + " is free"));
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      String remedy =
          reason.contains("ermission")
              ? "choose a port from 1024, or start as root or by systemd"
              : reason.contains("annot assign")
                  ? "name an address of this machine"
                  : "choose another port, or end who listens there: ss -ltnp 'sport = :"
                      + address.port()
                      + "'";
      findings.accept(Finding.error(AREA, show(address) + ": " + reason, remedy));
    }
  }

  private void unix(ListenAddress.Unix address) {
    Path path = address.path();
    if (!Files.exists(path)) {
      findings.accept(Finding.ok(AREA, path + " is free"));
      return;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      findings.accept(
          Finding.error(AREA, path + ": somebody listens there", "choose another socket_file"));
    } catch (IOException _) {
      findings.accept(
          Finding.warn(AREA, path + " is there, but nobody listens", "remove it if it is stale"));
    }
  }

  private static String show(ListenAddress address) {
    return switch (address) {
      case ListenAddress.Tcp(String host, int port) when host.indexOf(':') >= 0 ->
          "[" + host + "]:" + port;
      case ListenAddress.Tcp(String host, int port) -> host + ":" + port;
      case ListenAddress.Unix(Path path) -> path.toString();
    };
  }
}
