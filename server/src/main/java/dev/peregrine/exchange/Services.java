package dev.peregrine.exchange;

import dev.peregrine.http.TrustedProxies;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Pool;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What every exchange needs and none owns.
final class Services {
  final ExchangeConfig config;
  final Pool pool;
  final WorkerConnector connector;
  final FileAccess fileAccess;
  final Executor executor;
  final EventLog log;
  final Counters counters;
  final Encoders encoders;
  final TroubleLog troubles;
  final Answers answers;
  final Sendfile sendfile;
  final TrustedProxies trustedProxies;
  final @Nullable String via;
  final BufferMemory bufferMemory = BufferMemory.ofThisMachine();

  /// `null` if there is no cache.
  final @Nullable Turbocache turbocache;

  /// Longest silence of an app; 0 while unbounded.
  final long maxSilenceNanos;

  Services(
      ExchangeConfig config,
      Pool pool,
      WorkerConnector connector,
      FileAccess fileAccess,
      Executor executor,
      EventLog log,
      Counters counters,
      Optional<String> customPage,
      Optional<CacheUse> cache) {
    this.config = config;
    this.pool = pool;
    this.connector = connector;
    this.fileAccess = fileAccess;
    this.executor = executor;
    this.log = log;
    this.counters = counters;
    this.encoders = new Encoders(executor, log);
    this.troubles = new TroubleLog(log, config.bufferDirectory());
    this.answers = new Answers(new ErrorPages(config.development(), customPage), log);
    this.sendfile = new Sendfile(config.sendfileRoots(), fileAccess, executor, answers, log);
    this.trustedProxies = TrustedProxies.of(config.trustedProxies());
    this.via = config.via().orElse(null);
    this.turbocache =
        cache
            .map(use ->
                new Turbocache(
                    this,
                    use.policy(),
                    use.store(),
                    new Arrivals(trustedProxies, TrustedProxies.of(use.trustedClients()))))
            .orElse(null);
    this.maxSilenceNanos = config.maxRequestTime().map(limit -> limit.toNanos()).orElse(0L);
  }

  /// Has a request answered from the cache or by the app.
  void answer(ClientStream stream) {
    if (turbocache == null) {
      new Exchange(this, stream, RequestIds.given(stream), null).begin();
    } else {
      turbocache.handle(stream);
    }
  }

  /// A file for content that outgrows its memory; opened only if it is needed.
  SpoolFile spoolFile(EventLoop loop, SpoolFile.Watcher watcher) {
    return new SpoolFile(config.bufferDirectory(), executor, loop, watcher);
  }
}
