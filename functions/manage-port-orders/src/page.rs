//! Pages of labelled lines as PDF, in the fonts that every reader has. Those know the letters of Western Europe (`WinAnsi`,
//! PDF 32000-1 annex D); what they do not know is shown as `?`, and the page says so.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// US letter, in points.
const SIZE: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 54.0;
const LINE: f32 = 15.0;
/// Where values begin.
const COLUMN: f32 = 230.0;
const FONT_SIZE: f32 = 10.0;
/// Courier is 0.6 as wide as high, each letter.
const LETTERS: usize = 54;
const LABEL: Name<'static> = Name(b"F1");
const VALUE: Name<'static> = Name(b"F2");
const INCOMPLETE: &str =
    "Lines with an asterisk have letters that this page cannot show. Copy them from the order's page.";

/// Pages that grow downwards.
pub(crate) struct Page {
    done: Vec<Content>,
    content: Content,
    y: f32,
    is_complete: bool,
}

impl Page {
    pub(crate) fn new(title: &str) -> Self {
        let mut page = Self { done: Vec::new(), content: Content::new(), y: SIZE.1 - MARGIN, is_complete: true };
        page.text(LABEL, 16.0, MARGIN, &win_ansi(title).0);
        page.y -= 2.0 * LINE;
        page
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.y -= LINE / 2.0;
        self.text(LABEL, 12.0, MARGIN, &win_ansi(text).0);
        self.next_line();
    }

    pub(crate) fn field(&mut self, label: &str, value: &str) {
        let (bytes, is_complete) = win_ansi(value);
        let star = if is_complete { "" } else { " *" };
        self.is_complete &= is_complete;
        self.text(LABEL, FONT_SIZE, MARGIN, &win_ansi(&format!("{label}{star}")).0);
        for line in bytes.chunks(LETTERS) {
            self.text(VALUE, FONT_SIZE, COLUMN, line);
            self.next_line();
        }
    }

    fn text(&mut self, font: Name<'_>, size: f32, x: f32, bytes: &[u8]) {
        self.content.begin_text().set_font(font, size).next_line(x, self.y).show(Str(bytes)).end_text();
    }

    fn next_line(&mut self) {
        self.y -= LINE;
        if self.y < MARGIN {
            self.done.push(std::mem::replace(&mut self.content, Content::new()));
            self.y = SIZE.1 - MARGIN;
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        if !self.is_complete {
            self.y -= LINE;
            self.text(LABEL, FONT_SIZE, MARGIN, &win_ansi(INCOMPLETE).0);
        }
        self.done.push(self.content);
        write(self.done)
    }
}

fn write(pages: Vec<Content>) -> Vec<u8> {
    let (catalog, tree, label, value) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4));
    let mut ids = (5..).map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    for (id, name) in [(label, b"Helvetica".as_slice()), (value, b"Courier".as_slice())] {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let mut kids = Vec::new();
    for content in pages {
        let (Some(id), Some(stream)) = (ids.next(), ids.next()) else { break };
        kids.push(id);
        let mut page = pdf.page(id);
        page.media_box(Rect::new(0.0, 0.0, SIZE.0, SIZE.1)).parent(tree).contents(stream);
        page.resources().fonts().pair(LABEL, label).pair(VALUE, value);
        page.finish();
        pdf.stream(stream, &content.finish());
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(kids).count(count);
    pdf.finish()
}

/// The bytes of a text in the fonts' encoding, and whether it has them all.
fn win_ansi(text: &str) -> (Vec<u8>, bool) {
    let mut is_complete = true;
    let bytes = text.chars().map(|c| {
        win_ansi_byte(c).unwrap_or_else(|| {
            is_complete = false;
            b'?'
        })
    });
    let bytes = bytes.collect();
    (bytes, is_complete)
}

fn win_ansi_byte(c: char) -> Option<u8> {
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        '€' => Some(0x80),
        '‚' => Some(0x82),
        'ƒ' => Some(0x83),
        '„' => Some(0x84),
        '…' => Some(0x85),
        '†' => Some(0x86),
        '‡' => Some(0x87),
        'ˆ' => Some(0x88),
        '‰' => Some(0x89),
        'Š' => Some(0x8a),
        '‹' => Some(0x8b),
        'Œ' => Some(0x8c),
        'Ž' => Some(0x8e),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '˜' => Some(0x98),
        '™' => Some(0x99),
        'š' => Some(0x9a),
        '›' => Some(0x9b),
        'œ' => Some(0x9c),
        'ž' => Some(0x9e),
        'Ÿ' => Some(0x9f),
        _ => None,
    }
}
