package dev.peregrine.config;

import java.nio.file.Path;

/// The values that an option can have: how they are read, described and shown.
///
/// @param <T> type of a value
sealed interface OptionType<T>
    permits Numbers.Whole,
        Numbers.Time,
        Numbers.Size,
        Texts.Switch,
        Texts.Text,
        Texts.Command,
        Texts.FilePath,
        Texts.Word,
        Texts.Endpoint,
        Composites.Limit,
        Composites.Many,
        Composites.Pairs {

  /// Circumstances of a value.
  ///
  /// @param directory what relative paths start from
  /// @param passenger whether Passenger's ways of saying things are understood: 0 for "no limit"
  record Reader(Path directory, boolean passenger) {}

  /// What became of reading a value.
  sealed interface Reading<T> {
    /// A good value.
    record Good<T>(T value) implements Reading<T> {}

    /// A bad one; `where` is the part of the value that is wrong.
    record Bad<T>(Found where, String expected) implements Reading<T> {}
  }

  /// Reads a value.
  Reading<T> read(Found found, Reader reader);

  /// What a value looks like, to go after "expected".
  String expected();

  /// A value as it would be written in a file.
  String show(T value);

  /// A value that is not the default of any option, for examples in messages.
  String example();

  /// What stands for a value in `--help`.
  String label();
}
