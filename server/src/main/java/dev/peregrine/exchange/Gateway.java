package dev.peregrine.exchange;

import dev.peregrine.http.Framing;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.Method;
import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.RequestHandler;
import dev.peregrine.listen.Transport;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Pool;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Answers each request: from a public file if there is one, else through an exchange with a
/// worker. Called on event loops; never blocks.
public final class Gateway implements RequestHandler {
  private final Services services;
  private final @Nullable PublicFiles publicFiles;

  /// The executor runs what touches the disk; the custom page is the text of the operator's own.
  public Gateway(
      ExchangeConfig config,
      Pool pool,
      Transport transport,
      HeadLimits limits,
      FileAccess fileAccess,
      Executor executor,
      EventLog log,
      Counters counters,
      Optional<String> customPage,
      Optional<CacheUse> cache) {
    this(
        new Services(
            config,
            pool,
            new WorkerConnector(transport, limits, System::nanoTime),
            fileAccess,
            executor,
            log,
            counters,
            customPage,
            cache));
  }

  Gateway(Services services) {
    this.services = services;
    publicFiles =
        services
            .config
            .staticFiles()
            .map(root -> new PublicFiles(root, services.fileAccess, services.executor))
            .orElse(null);
  }

  @Override
  public void handle(ClientStream stream) {
    RequestHead head = stream.head();
    if (head.framing() instanceof Framing.Length(var length)
        && length > services.config.maxContentBytes()) {
      stream.reject(413, "content-too-large");
      return;
    }
    PublicFiles files = publicFiles;
    boolean isReading = head.method() == Method.GET || head.method() == Method.HEAD;
    if (files == null || !isReading || head.upgrade() != null) {
      services.answer(stream);
      return;
    }
    switch (files.glance(head, stream.startNanos())) {
      case PublicFiles.Glance.Absent _ -> services.answer(stream);
      case PublicFiles.Glance.Present(var file) -> send(stream, file, () -> look(stream, files));
      case PublicFiles.Glance.Unknown _ -> look(stream, files);
    }
  }

  private void look(ClientStream stream, PublicFiles files) {
    String path = stream.head().path();
    services.executor.execute(() -> {
      Optional<StaticFile> found = files.find(path);
      stream
          .loop()
          .execute(() ->
              found.ifPresentOrElse(
                  file -> send(stream, file, () -> services.answer(stream)),
                  () -> services.answer(stream)));
    });
  }

  private void send(ClientStream stream, StaticFile file, Runnable changed) {
    String requestId = RequestIds.given(stream);
    new FileResponse(stream, file, out -> RequestIds.line(out, requestId))
        .send(services.fileAccess, services.executor, changed);
  }
}
