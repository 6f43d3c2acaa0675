package dev.peregrine.admin.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A [CacheView] as a person reads it.
public final class CacheReport {
  private static final int NUMBER_WIDTH = 12;
  private static final int TOP = 15;

  private final CacheView view;
  private final boolean isColoured;
  private final StringBuilder out = new StringBuilder();

  private CacheReport(CacheView view, boolean isColoured) {
    this.view = view;
    this.isColoured = isColoured;
  }

  /// The report without colours.
  public static String plain(CacheView view) {
    return new CacheReport(view, false).text();
  }

  /// The report with the colours of an ANSI terminal.
  public static String coloured(CacheView view) {
    return new CacheReport(view, true).text();
  }

  private String text() {
    CacheView.Store store = view.store();
    row(
        "Stored",
        number(store.entries())
            + " responses under "
            + number(store.keys())
            + " keys, "
            + size(store.bytes())
            + " of "
            + size(store.maxBytes()));
    CacheView.HitRatio ratio = view.hitRatio();
    row(
        "Hit ratio",
        percent(ratio.minute())
            + " in 1 minute, "
            + percent(ratio.quarterHour())
            + " in 15 minutes, "
            + percent(ratio.hour())
            + " in 1 hour");
    work();
    counts("Answered from the cache", view.requests().stream().filter(c -> c.spared()).toList());
    counts("Missed", view.requests().stream().filter(c -> !c.spared()).toList());
    counts("Passed by", view.bypasses());
    counts("Not stored", view.refusals());
    top();
    return out.toString();
  }

  private void work() {
    CacheView.Work work = view.work();
    row(
        "Work",
        number(work.stored())
            + " stored, "
            + number(work.evicted())
            + " evicted, "
            + number(work.refreshed())
            + " refreshed, "
            + size(work.savedBytes())
            + " spared the app");
    if (work.refusedForRoom() > 0) {
      row("No room", number(work.refusedForRoom()) + " times; see turbocache_size");
    }
  }

  private void counts(String title, List<CacheView.Count> counts) {
    if (counts.isEmpty()) {
      return;
    }
    out.append('\n').append(dim(title)).append('\n');
    for (CacheView.Count count : counts) {
      out.append(String.format(Locale.ROOT, "%" + NUMBER_WIDTH + "s", number(count.number())))
          .append("  ")
          .append(StatusReport.clean(count.words()))
          .append('\n');
    }
  }

  private void top() {
    if (view.top().isEmpty()) {
      return;
    }
    String head =
        String.format(Locale.ROOT, "%12s  %9s  %8s  %8s  URL", "Hits", "Size", "Age", "Fresh");
    out.append('\n').append(dim(head)).append('\n');
    for (CacheView.Top top : view.top().stream().limit(TOP).toList()) {
      out.append(
              String.format(
                  Locale.ROOT,
                  "%12s  %9s  %8s  %8s  ",
                  number(top.hits()),
                  size(top.bytes()),
                  StatusReport.time((double) top.ageSeconds()),
                  top.freshSeconds() > 0
                      ? StatusReport.time((double) top.freshSeconds())
                      : "stale"))
          .append(top.status() == 200 ? "" : top.status() + " ")
          .append(StatusReport.clean(top.url()))
          .append('\n');
    }
  }

  private void row(String label, String text) {
    out.append(dim(String.format(Locale.ROOT, "%-11s", label))).append(text).append('\n');
  }

  private String dim(String text) {
    return isColoured ? "\033[2m" + text + "\033[0m" : text;
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String percent(Optional<Double> ratio) {
    return ratio.map(part -> String.format(Locale.ROOT, "%.1f %%", part * 100)).orElse("none");
  }

  private static String size(long bytes) {
    if (bytes < 10 << 10) {
      return bytes + " B";
    }
    return bytes < 10 << 20
        ? String.format(Locale.ROOT, "%d KB", bytes >> 10)
        : StatusReport.bytes(bytes);
  }
}
