package dev.peregrine.exchange;

import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.MemorySource;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.listen.ListenException;
import dev.peregrine.listen.Listener;
import dev.peregrine.listen.Peer;
import dev.peregrine.listen.RequestHandler;
import dev.peregrine.listen.Traffic;
import dev.peregrine.listen.TrafficObserver;
import dev.peregrine.listen.Transport;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Pool;
import dev.peregrine.pool.PoolConfig;
import dev.peregrine.pool.Timing;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
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
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/// Front, exchange and pool before a scripted app, on a free port of the loopback address.
final class TestFront implements AutoCloseable {
  static final CompressionConfig UNCOMPRESSED = new CompressionConfig(false, 0);
  static final FragmentConfig FRAGMENTS =
      new FragmentConfig(true, 3, 16, 10_000, Duration.ofSeconds(10));

  /// What an assembling front lets wait of a page.
  static final long WATERMARK_BYTES = 256 << 10;

  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final ScriptedApp app;
  private volatile CountDownLatch disk = new CountDownLatch(0);
  private volatile Runnable beforeReceiving = () -> {};
  private final Traffic traffic = new Traffic();
  private final Optional<ResponseStore> store;
  private final Pool pool;
  private final Transport transport;
  private final Listener listener;
  private final int port;

  TestFront(Path directory, ExchangeConfig config, boolean isEpoll, int loops, ScriptedApp app)
      throws ListenException {
    this(config, isEpoll, loops, app, Optional.empty(), System::nanoTime);
  }

  private TestFront(
      ExchangeConfig config,
      boolean isEpoll,
      int loops,
      ScriptedApp app,
      Optional<CacheConfig> cacheConfig,
      LongSupplier clock)
      throws ListenException {
    this.app = app;
    Optional<CacheUse> cache = cacheConfig.map(this::cache);
    store = cache.map(CacheUse::store);
    pool = new Pool(poolConfig(), app, Timing.system(timers, blocking), EventLog.discarding());
    transport = new Transport(loops, isEpoll);
    Gateway gateway =
        new Gateway(
            new Services(
                config,
                pool,
                new WorkerConnector(transport, HeadLimits.DEFAULT, clock),
                FileAccess.own(),
                this::onDisk,
                EventLog.discarding(),
                new Counters(),
                Optional.empty(),
                cache));
    listener =
        new Listener(listenConfig(loops), transport, timers, observed(gateway), NOBODY, traffic);
    port = URI.create(listener.bind(List.of()).getFirst()).getPort();
    pool.start();
  }

  static ExchangeConfig config(Path directory) {
    return config(directory, UNCOMPRESSED);
  }

  static ExchangeConfig config(Path directory, CompressionConfig compression) {
    return config(directory, compression, FRAGMENTS, 128 << 20);
  }

  private static ExchangeConfig config(
      Path directory,
      CompressionConfig compression,
      FragmentConfig fragments,
      long responseHighWatermarkBytes) {
    return new ExchangeConfig(
        true,
        1 << 30,
        128 * 1024,
        responseHighWatermarkBytes,
        directory,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        false,
        Optional.empty(),
        compression,
        fragments);
  }

  /// A front whose workers take no time, as far as their pace is measured.
  static TestFront before(Path directory, ScriptedApp app) throws ListenException {
    return new TestFront(config(directory), true, 1, app, Optional.empty(), () -> 0);
  }

  /// A front with a cache.
  static TestFront cached(Path directory, int loops, ScriptedApp app, List<String> trustedClients)
      throws ListenException {
    return new TestFront(
        config(directory),
        true,
        loops,
        app,
        Optional.of(cacheConfig(trustedClients)),
        System::nanoTime);
  }

  /// A front with a cache, other bounds for fragments, and room for little before the worker waits.
  static TestFront assembling(Path directory, FragmentConfig fragments, ScriptedApp app)
      throws ListenException {
    ExchangeConfig config = config(directory, UNCOMPRESSED, fragments, WATERMARK_BYTES);
    return new TestFront(
        config, true, 1, app, Optional.of(cacheConfig(List.of())), System::nanoTime);
  }

  /// A front with a cache that compresses.
  static TestFront compressing(Path directory, ScriptedApp app) throws ListenException {
    ExchangeConfig config = config(directory, new CompressionConfig(true, 1000));
    return new TestFront(
        config, true, 1, app, Optional.of(cacheConfig(List.of())), System::nanoTime);
  }

  private static CacheConfig cacheConfig(List<String> trustedClients) {
    return new CacheConfig(
        true,
        32 << 20,
        1 << 20,
        16,
        false,
        false,
        CacheConfig.ClientDirectives.TRUSTED,
        trustedClients,
        List.of(),
        List.of(),
        false,
        List.of(),
        Duration.ZERO);
  }

  private CacheUse cache(CacheConfig config) {
    CachePolicy policy = new CachePolicy(config, 42);
    MemorySource memory =
        new MemorySource() {
          @Override
          public ByteBuffer map(int bytes) {
            return ByteBuffer.allocateDirect(bytes);
          }

          @Override
          public void unmap(ByteBuffer buffer) {}
        };
    return new CacheUse(
        policy, new ResponseStore(config, memory, blocking), config.trustedClients());
  }

  ResponseStore store() {
    return store.orElseThrow();
  }

  /// Waits until so many requests have come.
  void awaitRequests(long count) {
    await(() -> traffic.snapshot().requests(), found -> found >= count, count + " requests");
  }

  /// Waits until a request has been answered with success.
  void awaitAnswer() {
    await(
        () -> traffic.snapshot().answersByClass().getOrDefault("2xx", 0L),
        found -> found > 0,
        "an answer");
  }

  /// Waits until no more than so many buffers of 32 KiB and more are in use.
  void awaitLargeBuffers(long most) {
    PooledByteBufAllocator allocator = (PooledByteBufAllocator) transport.allocator();
    await(
        () -> largeBuffers(allocator),
        found -> found <= most,
        "at most " + most + " large buffers");
  }

  static void await(LongSupplier value, LongPredicate suits, String expected) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    long found = value.getAsLong();
    while (!suits.test(found)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("found " + found + ", expected " + expected);
      }
      Thread.onSpinWait();
      found = value.getAsLong();
    }
  }

  private static long largeBuffers(PooledByteBufAllocator allocator) {
    return allocator.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveNormalAllocations)
        .sum();
  }

  /// Has that done, on its event loop, whenever a request that was looked up in vain begins to
  /// wait.
  void beforeReceiving(Runnable action) {
    beforeReceiving = action;
  }

  private RequestHandler observed(Gateway gateway) {
    return stream ->
        gateway.handle(
            (ClientStream)
                Proxy.newProxyInstance(
                    ClientStream.class.getClassLoader(),
                    new Class<?>[] {ClientStream.class},
                    (_, method, arguments) -> {
                      if (method.getName().equals("receive")) {
                        beforeReceiving.run();
                      }
                      return method.invoke(stream, arguments);
                    }));
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

  /// Waits until so many requests wait for a slot.
  void awaitQueued(int count) {
    await(() -> pool.status().queued(), found -> found == count, count + " requests in the queue");
  }

  /// Waits until so many requests are being answered or in the queue.
  void awaitAtHand(int count) {
    await(
        () -> pool.status().busy() + pool.status().queued(),
        found -> found == count,
        count + " requests at hand");
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
    store.ifPresent(ResponseStore::close);
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
