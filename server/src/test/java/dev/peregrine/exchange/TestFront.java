package dev.peregrine.exchange;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.listen.ListenException;
import dev.peregrine.listen.Listener;
import dev.peregrine.listen.Peer;
import dev.peregrine.listen.Traffic;
import dev.peregrine.listen.TrafficObserver;
import dev.peregrine.listen.Transport;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Pool;
import dev.peregrine.pool.PoolConfig;
import dev.peregrine.pool.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// Front, exchange and pool before a scripted app, on a free port of the loopback address.
final class TestFront implements AutoCloseable {
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final ScriptedApp app;
  private volatile CountDownLatch disk = new CountDownLatch(0);
  private final Pool pool;
  private final Transport transport;
  private final Listener listener;
  private final int port;

  TestFront(Path directory, ExchangeConfig config, boolean isEpoll, int loops, ScriptedApp app)
      throws ListenException {
    this.app = app;
    pool = new Pool(poolConfig(), app, Timing.system(timers, blocking), EventLog.discarding());
    transport = new Transport(loops, isEpoll);
    Gateway gateway =
        new Gateway(
            config,
            pool,
            transport,
            HeadLimits.DEFAULT,
            FileAccess.own(),
            this::onDisk,
            EventLog.discarding(),
            new Counters(),
            Optional.empty());
    listener = new Listener(listenConfig(loops), transport, timers, gateway, NOBODY, new Traffic());
    port = URI.create(listener.bind(List.of()).getFirst()).getPort();
    pool.start();
  }

  static ExchangeConfig config(Path directory) {
    return new ExchangeConfig(
        true,
        1 << 30,
        128 * 1024,
        128 << 20,
        directory,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        false,
        Optional.empty());
  }

  /// Makes whatever touches the disk from now on wait until the latch is open.
  void delayDisk(CountDownLatch latch) {
    disk = latch;
  }

  private void onDisk(Runnable task) {
    CountDownLatch latch = disk;
    blocking.execute(() -> {
      try {
        latch.await();
        task.run();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    });
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Override
  public void close() throws IOException {
    listener.stopAccepting();
    listener.closeAll();
    pool.close();
    transport.close(Duration.ofSeconds(2));
    app.close();
    timers.shutdownNow();
    blocking.close();
  }

  private static PoolConfig poolConfig() {
    return new PoolConfig(
        1,
        1,
        OptionalInt.empty(),
        100,
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10),
        1,
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        true);
  }

  private static ListenConfig listenConfig(int loops) {
    return new ListenConfig(
        List.of(new ListenConfig.ListenAddress.Tcp("127.0.0.1", 0)),
        128,
        loops,
        HeadLimits.DEFAULT,
        1000,
        Integer.MAX_VALUE,
        1000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        1);
  }

  private static final TrafficObserver NOBODY =
      new TrafficObserver() {
        @Override
        public boolean isInterestedInAnswers() {
          return false;
        }

        @Override
        public void answered(Answer answer) {}

        @Override
        public void rejected(Peer peer, int status, String reason, String detail) {}
      };
}
