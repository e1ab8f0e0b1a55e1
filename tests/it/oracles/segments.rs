//! Our count of billed parts against the package `sms-segments-calculator`, on generated texts.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use shared::domain::{Encoding, count_segments, transliterate};

use super::output;

const SEED: u64 = 20_260_115;
const TEXTS: usize = 4_000;

const BASIC: &[&str] = &["a", "Z", "7", " ", "\n", "\r\n", "@", "£", "Δ", "è", "Ç", "ü", "¿", "_", "'", "\""];
const EXTENSION: &[&str] = &["€", "[", "]", "{", "}", "\\", "^", "~", "|", "\u{c}"];
/// One UTF-16 unit each, outside of GSM-7.
const WIDE: &[&str] = &["á", "ç", "ж", "中", "ő", "—"];
/// What [`transliterate`] knows, apart from spaces, for which the package has its own taste.
const TYPOGRAPHIC: &[&str] = &["\u{2018}", "\u{2019}", "\u{201c}", "\u{201d}", "\u{2013}", "\u{2014}", "\u{2026}", "«"];
/// Two units, which are not cut.
const PAIRS: &[&str] = &["👋", "😀", "𝄞"];
/// Clusters of several characters.
const CLUSTERS: &[&str] = &["👨\u{200d}👩\u{200d}👧", "🇨🇦", "👍🏽", "e\u{301}"];

#[derive(Deserialize)]
struct Oracle {
    counts: Vec<(String, usize)>,
    smart: Vec<String>,
}

/// Mostly of the first alphabet, near a border of 70, 67, 160 or 153 units or a multiple.
fn text(random: &mut StdRng, alphabets: &[&[&str]]) -> String {
    let borders = [1, 67, 70, 80, 134, 153, 160, 201, 268, 306, 459];
    let wanted = borders[random.random_range(0..borders.len())] + random.random_range(0..6);
    let rare = random.random_range(1..40);
    let mut text = String::new();
    let mut units = 0;
    while units + 3 < wanted {
        let alphabet = if random.random_range(0..rare) == 0 {
            alphabets[random.random_range(0..alphabets.len())]
        } else {
            alphabets[0]
        };
        let piece = alphabet[random.random_range(0..alphabet.len())];
        units += piece.encode_utf16().count();
        text.push_str(piece);
    }
    text
}

async fn ask(texts: &[String]) -> Oracle {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::to_vec(texts).unwrap()).unwrap();
    let json = output("node", "segments/segments.mjs", &[file.path().to_str().unwrap()], &[]).await;
    serde_json::from_str(&json).unwrap()
}

fn encoding_name(text: &str) -> &'static str {
    match count_segments(text).encoding {
        Encoding::Gsm7 => "GSM-7",
        Encoding::Ucs2 => "UCS-2",
    }
}

#[tokio::test]
async fn segments_are_counted_as_the_calculator_counts_them() {
    let mut random = StdRng::seed_from_u64(SEED);
    let kinds: [&[&[&str]]; 5] =
        [&[BASIC], &[BASIC, EXTENSION], &[EXTENSION], &[BASIC, WIDE, TYPOGRAPHIC], &[WIDE, PAIRS, BASIC]];
    let mut texts: Vec<String> = (0..TEXTS).map(|i| text(&mut random, kinds[i % kinds.len()])).collect();
    // Every length around the borders, exactly.
    for (character, most) in [("a", 480), ("€", 240), ("ж", 280), ("👋", 140)] {
        texts.extend((1..=most).map(|length| character.repeat(length)));
    }

    let oracle = ask(&texts).await;

    for (text, (encoding, segments)) in texts.iter().zip(oracle.counts) {
        assert_eq!((encoding_name(text), count_segments(text).segments), (encoding.as_str(), segments), "{text:?}");
    }
}

/// Only a pair of surrogates has to stay together; the package also keeps clusters together, as one sending platform does,
/// and so may count a part more where one falls on a border.
#[tokio::test]
async fn clusters_are_billed_by_their_units() {
    let mut random = StdRng::seed_from_u64(SEED);
    let texts: Vec<String> = (0..TEXTS / 4).map(|_| text(&mut random, &[WIDE, CLUSTERS, PAIRS])).collect();

    let oracle = ask(&texts).await;

    for (text, (encoding, segments)) in texts.iter().zip(oracle.counts) {
        let ours = count_segments(text);
        assert_eq!(encoding_name(text), encoding, "{text:?}");
        assert!(
            (segments - 1..=segments).contains(&ours.segments),
            "{} instead of {segments}: {text:?}",
            ours.segments
        );
        assert!(ours.units > 70 || ours.segments == segments, "one part is one part: {text:?}");
    }
}

#[tokio::test]
async fn typographic_characters_become_what_the_calculators_smart_encoding_makes_of_them() {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut texts: Vec<String> = (0..TEXTS / 4).map(|_| text(&mut random, &[BASIC, TYPOGRAPHIC])).collect();
    texts.extend(TYPOGRAPHIC.iter().map(|character| (*character).to_owned()));

    let oracle = ask(&texts).await;

    let mut changed = 0;
    for (text, smart) in texts.iter().zip(oracle.smart) {
        if let Some(plain) = transliterate(text) {
            changed += 1;
            assert_eq!(plain, smart, "{text:?}");
            assert!(count_segments(&plain).segments <= count_segments(text).segments);
        }
    }
    assert!(changed > 100, "{changed}");
}
