//! Reads HTTP/1.1 messages, byte for byte.

// Each test program that includes this file uses its own part of it.
#![allow(dead_code)]

use std::io::Read as _;
use std::net::TcpStream;

/// Returns the head of a message without the blank line, and what arrived of its body along with it; `None` if the
/// connection is closed before.
pub(crate) fn read_head(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            bytes.truncate(end);
            return Some((String::from_utf8(bytes).ok()?, body));
        }
        read_some(stream, &mut bytes)?;
    }
}

/// Returns a body of `length` bytes, of which the first have been read; `None` if the connection is closed before.
pub(crate) fn read_body(stream: &TcpStream, mut bytes: Vec<u8>, length: usize) -> Option<Vec<u8>> {
    while bytes.len() < length {
        read_some(stream, &mut bytes)?;
    }
    Some(bytes)
}

/// Returns the value of a header, whatever the case of its name.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    headers.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}

fn read_some(mut stream: &TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&chunk[..count]);
    Some(())
}
