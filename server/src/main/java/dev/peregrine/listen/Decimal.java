package dev.peregrine.listen;

import io.netty.buffer.ByteBuf;

/// Numbers in decimal digits, written without a string. Pure.
public final class Decimal {
  private Decimal() {}

  /// Appends a number.
  public static void write(ByteBuf out, long number) {
    if (number < 0) {
      out.writeByte('-');
    }
    // Digits are taken from the negative, since that of the least number exists.
    long rest = number < 0 ? number : -number;
    long unit = 1;
    while (rest / unit <= -10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      out.writeByte((int) ('0' - rest / unit % 10));
    }
  }
}
