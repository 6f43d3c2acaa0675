package dev.peregrine.exchange;

/// How many fragments a page has by now, those within its fragments included; on the event loop of
/// the page's stream.
final class FragmentCount {
  private final int max;
  private int found;

  FragmentCount(int max) {
    this.max = max;
  }

  /// Counts one more; `false` if that is one too many.
  boolean add() {
    if (found == max) {
      return false;
    }
    found++;
    return true;
  }
}
