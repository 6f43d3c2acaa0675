package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.MediaTypes;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.StaticPath;
import dev.peregrine.listen.ClientStream;
import dev.peregrine.listen.FieldLine;
import dev.peregrine.log.EventLog;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Files that the app names by `X-Sendfile` (a path) or `X-Accel-Redirect` (a path below the
/// allowed roots) and Peregrine sends in its place.
final class Sendfile {
  private final List<Path> roots;
  private final FileAccess access;
  private final Executor executor;
  private final Answers answers;
  private final EventLog log;

  Sendfile(List<Path> roots, FileAccess access, Executor executor, Answers answers, EventLog log) {
    this.roots = roots;
    this.access = access;
    this.executor = executor;
    this.answers = answers;
    this.log = log;
  }

  /// The file that a response names, as the app wrote it.
  @Nullable String fileOf(ResponseHead response) {
    String file = response.fields().first(FieldName.X_SENDFILE);
    return file == null ? response.fields().first(FieldName.X_ACCEL_REDIRECT) : file;
  }

  /// Sends the file with the response's other fields; a file that may not be sent is 404 for the
  /// client and a line in the log.
  void send(ClientStream stream, ResponseHead response, String named, String requestId) {
    boolean isRedirect = !response.fields().contains(FieldName.X_SENDFILE);
    executor.execute(() -> {
      StaticFile file = find(named, isRedirect, response);
      stream.loop().execute(() -> answer(stream, response, named, file, requestId));
    });
  }

  private void answer(
      ClientStream stream,
      ResponseHead response,
      String named,
      @Nullable StaticFile file,
      String requestId) {
    Runnable missing =
        () -> {
          log.warn(
              "sendfile.refused",
              "id",
              requestId,
              "file",
              named,
              "expected",
              "a readable file below " + roots,
              "remedy",
              "set sendfile_roots");
          answers.failed(stream, 404, requestId);
        };
    if (file == null) {
      missing.run();
    } else {
      new FileResponse(stream, file, out -> copy(response, out, requestId))
          .send(access, executor, missing);
    }
  }

  private @Nullable StaticFile find(String named, boolean isRedirect, ResponseHead response) {
    for (Path root : roots) {
      try {
        Path wanted =
            isRedirect
                ? StaticPath.of(named).map(path -> root.resolve(path.relative())).orElse(null)
                : Path.of(named);
        if (wanted == null) {
          return null;
        }
        Path real = wanted.toRealPath();
        if (real.startsWith(root.toRealPath()) && Files.isRegularFile(real)) {
          return describe(real, response);
        }
      } catch (IOException | InvalidPathException _) {
        // Not below this root; perhaps below the next.
      }
    }
    return null;
  }

  private static StaticFile describe(Path real, ResponseHead response) throws IOException {
    BasicFileAttributes attributes = StaticFile.Variant.attributes(real);
    String given = response.fields().first(FieldName.CONTENT_TYPE);
    return StaticFile.of(
        given == null ? MediaTypes.of(String.valueOf(real.getFileName())) : given,
        false,
        attributes.lastModifiedTime().to(TimeUnit.SECONDS),
        List.of(StaticFile.Variant.of(ContentCoding.IDENTITY, real, attributes, null)));
  }

  /// The app's fields without those that the file answers for.
  private static void copy(ResponseHead response, ByteBuf out, String requestId) {
    FieldSection fields = response.fields();
    for (int i = 0; i < fields.size(); i++) {
      switch (fields.known(i)) {
        case CONTENT_LENGTH,
            CONTENT_TYPE,
            CONTENT_ENCODING,
            CONTENT_RANGE,
            ETAG,
            LAST_MODIFIED,
            STATUS,
            DATE,
            X_SENDFILE,
            X_ACCEL_REDIRECT,
            X_ACCEL_BUFFERING -> {}
        default -> {
          if (!response.isConnectionField(i)) {
            FieldLine.write(out, fields, i);
          }
        }
      }
    }
    if (!fields.contains(FieldName.X_REQUEST_ID)) {
      RequestIds.line(out, requestId);
    }
  }
}
