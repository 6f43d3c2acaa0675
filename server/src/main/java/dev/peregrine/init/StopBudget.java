package dev.peregrine.init;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The time of one stop, shared out among the layers that are taken down one after the other. A
/// layer that is quick leaves its time to the later ones.
final class StopBudget {
  /// What is taken down, in order.
  enum Layer {
    MAIN(4),
    PRE_HOOKS(2),
    SERVICES(4),
    POST_HOOKS(2),
    STRAYS(2);

    private final int weight;

    Layer(int weight) {
      this.weight = weight;
    }
  }

  private final long endNanos;
  private final boolean isEndless;
  private final Set<Layer> present;

  /// @param present the layers that there are
  StopBudget(Duration whole, long nowNanos, Set<Layer> present) {
    this.isEndless = whole.equals(Limits.FOREVER);
    this.endNanos = nowNanos + whole.toNanos();
    this.present = Set.copyOf(present);
  }

  /// How long a layer may take: by its own limit, and by its share of what is left.
  Duration share(Layer layer, long nowNanos, Optional<Duration> own) {
    long left = Math.max(0, endNanos - nowNanos);
    long later = 0;
    for (Layer other : present) {
      later += other.compareTo(layer) > 0 ? other.weight : 0;
    }
    Duration share =
        isEndless
            ? Limits.FOREVER
            : Duration.ofNanos((long) ((double) left * layer.weight / (layer.weight + later)));
    return own.filter(limit -> limit.compareTo(share) < 0).orElse(share);
  }
}
