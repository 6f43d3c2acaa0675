package dev.peregrine.exchange;

import dev.peregrine.http.RequestHead;
import dev.peregrine.log.EventLog;
import dev.peregrine.pool.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says in the log what went wrong in an exchange; safe on event loops.
final class TroubleLog {
  private final EventLog log;
  private final Path bufferDirectory;

  TroubleLog(EventLog log, Path bufferDirectory) {
    this.log = log;
    this.bufferDirectory = bufferDirectory;
  }

  void workerFailed(
      RequestHead head, String requestId, WorkerFault fault, @Nullable Lease held, String detail) {
    log.warn(
        "request.failed",
        "id",
        requestId,
        "fault",
        fault.name().toLowerCase(Locale.ROOT),
        "detail",
        detail,
        "worker",
        held == null ? "-" : held.worker(),
        "method",
        head.methodName(),
        "path",
        head.path());
  }

  void diskFailed(String requestId, IOException cause) {
    log.warn(
        "spool.failed",
        "id",
        requestId,
        "directory",
        bufferDirectory,
        "cause",
        String.valueOf(cause.getMessage()),
        "remedy",
        "free space there or set data_buffer_dir");
  }
}
