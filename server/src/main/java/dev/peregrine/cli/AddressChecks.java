package dev.peregrine.cli;

import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.config.Config;
import dev.peregrine.config.Demand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
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
  private final Demand demand;
  private final Consumer<Finding> findings;

  AddressChecks(Config config, Consumer<Finding> findings) {
    this.config = config;
    this.demand = Demand.of(config);
    this.findings = findings;
  }

  void check() {
    boolean isServing = isServing();
    for (SocketAddress address : demand.addresses()) {
      if (isServing) {
        findings.accept(Finding.ok(AREA, show(address) + ": this app is being served already"));
      } else if (address instanceof InetSocketAddress tcp) {
        tcp(tcp);
      } else if (address instanceof UnixDomainSocketAddress unix) {
        unix(unix.getPath());
      }
    }
    HostFacts.number(SOMAXCONN)
        .filter(limit -> limit < demand.backlog())
        .ifPresent(limit ->
            findings.accept(
                Finding.warn(
                    AREA,
                    "the kernel keeps "
                        + limit
                        + " connections waiting, socket_backlog asks for "
                        + demand.backlog(),
                    "sysctl net.core.somaxconn=" + demand.backlog())));
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

  private void tcp(InetSocketAddress address) {
    if (address.isUnresolved()) {
      findings.accept(
          Finding.error(
              AREA, address.getHostString() + ": no such host", "name an address of this machine"));
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address, 1);
      findings.accept(Finding.ok(AREA, show(address) + " is free"));
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      String remedy =
          reason.contains("ermission")
              ? "choose a port from 1024, or start as root or by systemd"
              : reason.contains("annot assign")
                  ? "name an address of this machine"
                  : "choose another port, or end who listens there: ss -ltnp 'sport = :"
                      + address.getPort()
                      + "'";
      findings.accept(Finding.error(AREA, show(address) + ": " + reason, remedy));
    }
  }

  private void unix(Path path) {
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

  private static String show(SocketAddress address) {
    if (!(address instanceof InetSocketAddress tcp)) {
      return address.toString();
    }
    String host = tcp.getHostString();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + tcp.getPort();
  }
}
