package dev.peregrine.admin;

import dev.peregrine.admin.AdminRoutes.Answer;
import dev.peregrine.admin.AdminRoutes.Call;
import dev.peregrine.admin.api.CacheReport;
import dev.peregrine.admin.api.CacheView;
import dev.peregrine.admin.api.ExplainRequest;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.PurgeRequest;
import dev.peregrine.log.EventLog;
import java.io.IOException;
import java.util.Map;

/// What each path of the admin API below `/v1/cache` does.
final class CacheRoutes {
  /// The method that each path takes.
  static final Map<String, String> METHODS =
      Map.of(
          "/v1/cache", "GET",
          "/v1/cache/purge", "POST",
          "/v1/cache/explain", "POST",
          "/v1/cache/lint", "POST");

  private final Subject subject;
  private final EventLog log;

  CacheRoutes(Subject subject, EventLog log) {
    this.subject = subject;
    this.log = log;
  }

  /// Answers a request for one of the paths.
  Answer answer(Call call) {
    CacheDesk desk = subject.cache().orElse(null);
    if (desk == null) {
      return Answer.failure(409, "the cache is off; set `turbocache: true`");
    }
    try {
      return switch (call.head().path()) {
        case "/v1/cache/purge" -> purge(desk, call);
        case "/v1/cache/explain" -> Answer.of(200, desk.trial().explain(trial(call)));
        case "/v1/cache/lint" -> Answer.of(200, desk.trial().lint(trial(call)));
        default -> view(desk.view(), call.head().query());
      };
    } catch (BadRequest e) {
      return Answer.failure(400, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Answer.failure(502, String.valueOf(e.getMessage()));
    }
  }

  private Answer purge(CacheDesk desk, Call call) throws BadRequest {
    PurgeRequest request = Json.strict().readValue(call.content(), PurgeRequest.class);
    log.info(
        "admin.purge",
        "peer",
        call.peer(),
        "all",
        request.everything(),
        "urls",
        request.urls().size(),
        "prefixes",
        request.prefixes().size(),
        "tags",
        request.tags().size());
    return Answer.of(200, desk.purge(request));
  }

  private static ExplainRequest trial(Call call) {
    return Json.strict().readValue(call.content(), ExplainRequest.class);
  }

  private static Answer view(CacheView view, String query) {
    return switch (query) {
      case "view=plain" -> Answer.text(CacheReport.plain(view));
      case "view=coloured" -> Answer.text(CacheReport.coloured(view));
      default -> Answer.of(200, view);
    };
  }
}
