package dev.peregrine.cache;

import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/// One request of an operator's, and what the app answered to it. Filled in by an event loop, read
/// by another thread once the answer has come.
public final class CacheProbe {
  private final Route route;
  private volatile @Nullable Arrived arrived;
  private volatile @Nullable Answer answer;

  /// A probe that takes that way.
  public CacheProbe(Route route) {
    this.route = route;
  }

  /// Which way a probe takes.
  public enum Route {
    /// That of any request.
    ORDINARY,
    /// Past the cache to the app; the response is not stored.
    PAST_CACHE
  }

  /// Which way it takes.
  public Route route() {
    return route;
  }

  /// Notes how the request arrived.
  public void arrived(RequestHead request, Arrival arrival) {
    arrived = new Arrived(request, arrival);
  }

  /// Notes what the app answered, before anything is made of it.
  public void answered(ResponseHead response, Times times) {
    answer = new Answer(response, times);
  }

  /// How the request arrived; `null` if it did not.
  public @Nullable Arrived arrived() {
    return arrived;
  }

  /// What the app answered; `null` if it was not asked.
  public @Nullable Answer answer() {
    return answer;
  }

  /// A request as it arrived.
  ///
  /// @param request its head
  /// @param arrival what the connection says of it
  public record Arrived(RequestHead request, Arrival arrival) {}

  /// A response as the app sent it.
  ///
  /// @param response its head
  /// @param times when it was asked for and came
  public record Answer(ResponseHead response, Times times) {}
}
