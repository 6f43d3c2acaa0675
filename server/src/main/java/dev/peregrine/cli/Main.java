package dev.peregrine.cli;

/// The program's entry.
public final class Main {
  private Main() {}

  /// Runs one command and ends the virtual machine with its exit code.
  public static void main(String[] arguments) {
    System.out.println("peregrine");
  }
}
