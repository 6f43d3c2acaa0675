package dev.peregrine.config;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the known word that somebody probably meant.
public final class Nearest {
  private Nearest() {}

  /// The candidate that the fewest changes of a letter lead to, if they are few enough.
  public static Optional<String> to(String word, Stream<String> candidates) {
    String wanted = normal(word);
    int limit = Math.max(1, Math.min(4, wanted.length() / 3));
    String[] best = new String[1];
    int[] distance = {limit + 1};
    candidates.forEach(candidate -> {
      int d = distance(wanted, normal(candidate));
      if (d < distance[0]) {
        distance[0] = d;
        best[0] = candidate;
      }
    });
    return Optional.ofNullable(best[0]);
  }

  private static String normal(String word) {
    String shortened = word.length() > 100 ? word.substring(0, 100) : word;
    return shortened.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /// Insertions, deletions, replacements and swaps of neighbours.
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 ? j : j == 0 ? i : cheapest(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cheapest(String a, String b, int[][] d, int i, int j) {
    boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
    int least = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1);
    least = Math.min(least, d[i - 1][j - 1] + (isSame ? 0 : 1));
    boolean isSwap =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return isSwap ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}
