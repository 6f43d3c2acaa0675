package dev.peregrine.http;

import org.jspecify.annotations.Nullable;

/// A request line, as offsets into the bytes of its head. Source: RFC 9112 §3.
///
/// @param method the method
/// @param methodStart offset of the method
/// @param methodEnd offset after the method
/// @param targetStart offset of the origin form, or of `*`
/// @param targetEnd offset after the target
/// @param queryStart offset of the first `?`, -1 if there is none
/// @param minorVersion 0 or 1
/// @param authority host and port of an absolute form, in lower case; `null` for the other forms
public record RequestLine(
    Method method,
    int methodStart,
    int methodEnd,
    int targetStart,
    int targetEnd,
    int queryStart,
    int minorVersion,
    @Nullable String authority) {}
