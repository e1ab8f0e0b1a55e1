//! Sound files of recordings: real ones, with a quiet tone in place of a voice.

use std::f64::consts::TAU;

const RATE: u32 = 8_000;
const BYTES_PER_SAMPLE: u16 = 2;
const TONE: f64 = 440.0;
const LOUDNESS: f64 = 2_000.0;

/// A file of so many seconds: PCM with 8000 samples of 16 bits in a second.
pub fn tone(seconds: u32, channels: u8) -> Vec<u8> {
    let channels = u16::from(channels.max(1));
    let frame = channels * BYTES_PER_SAMPLE;
    let data = seconds.saturating_mul(RATE).saturating_mul(u32::from(frame));
    let mut file = Vec::with_capacity(44 + data as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * u32::from(frame)).to_le_bytes());
    file.extend_from_slice(&frame.to_le_bytes());
    file.extend_from_slice(&(8 * BYTES_PER_SAMPLE).to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data.to_le_bytes());
    // A second holds a whole number of periods, so one second repeated has no clicks.
    let second: Vec<u8> = (0..RATE).flat_map(|at| sample(at).to_le_bytes().repeat(channels.into())).collect();
    for _ in 0..seconds {
        file.extend_from_slice(&second);
    }
    file
}

/// Silence as MP3: frames whose side information says that there is nothing to decode.
pub fn silent_mp3(seconds: u32) -> Vec<u8> {
    // MPEG 1, layer III, 32 kbit/s, 32 kHz, mono: 1152 samples in 144 bytes.
    let mut frame = [0_u8; 144];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x18, 0xc4]);
    let frames = (seconds as usize * 32_000).div_ceil(1_152);
    frame.repeat(frames)
}

#[expect(clippy::cast_possible_truncation, reason = "the loudness is far below the limit of 16 bits")]
fn sample(at: u32) -> i16 {
    ((f64::from(at) * TAU * TONE / f64::from(RATE)).sin() * LOUDNESS) as i16
}

#[cfg(test)]
mod tests {
    use super::tone;

    #[test]
    fn the_header_tells_the_length_of_the_file() {
        for (seconds, channels) in [(0, 1), (3, 1), (2, 2)] {
            let file = tone(seconds, channels);
            let data = 16_000 * seconds as usize * usize::from(channels);
            assert_eq!(file.len(), 44 + data);
            assert_eq!(&file[..4], b"RIFF");
            assert_eq!(&file[40..44], u32::try_from(data).unwrap().to_le_bytes());
        }
    }
}
