//! Damaged files of every format: any outcome will do but a panic or an endless loop.

use std::io::Cursor;

use stance_io::{ColumnMap, FileFormat, ReadOptions, RecordReader, StatementReader};

use crate::samples::{COMPRESSIONS, compress, read, samples};

/// A fixed sequence of numbers, the same on every run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }
}

/// Cuts `bytes` off, or changes, doubles or takes out some of them.
fn damaged(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let end = (at + 1 + numbers.below(8)).min(bytes.len());
        match numbers.below(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            2 if at < bytes.len() => bytes[at] = b"\"\n,{}[]<\0\xff"[numbers.below(10)],
            3 => drop(bytes.drain(at..end)),
            _ => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

#[test]
fn no_damage_to_any_format_panics() {
    let mut numbers = Numbers(7);
    for (format, bytes) in samples() {
        for (compression, suffix) in COMPRESSIONS {
            let whole = compress(&bytes, compression);
            for _ in 0..50 {
                let bytes = damaged(&whole, &mut numbers);
                let sniffed = FileFormat::sniff(&bytes, &ColumnMap::articles());
                let format = FileFormat { format, compression };
                let name = format!("a.{}{suffix}", crate::formats::extension(format.format));
                for read in read(&name, &bytes).into_iter().flatten() {
                    assert!(!read.item.body().trim().is_empty());
                }
                let statements = ReadOptions::statements();
                let reader =
                    StatementReader::seekable("a", Cursor::new(bytes.clone()), sniffed, statements);
                assert!(reader.count() <= 2 + bytes.len());
                assert!(RecordReader::new("a", &bytes[..], format).count() <= 2 + bytes.len());
            }
        }
    }
}
