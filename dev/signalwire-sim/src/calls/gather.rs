//! `<Gather>`: plays its prompts, listens for keys.

use super::{
    line::{Ending, Heard, Line, Wait},
    lines::{Order, Request},
    walk::{self, Fetch, Next},
};
use crate::{
    cxml::voice::Gather,
    records::{Hook, WaitingFor},
};

pub async fn gather(line: &mut Line, wanted: &Gather, page: &Hook) -> Result<Next, Ending> {
    line.answer();
    line.wait_for(Some(WaitingFor::Digits));
    let mut keys = Keys { wanted, pressed: String::new(), any: false, done: false };
    let listened = listen(line, wanted, &mut keys).await;
    line.wait_for(None);
    listened?;

    if keys.pressed.is_empty() && !keys.any && !wanted.action_on_empty_result {
        return Ok(Next::Verb);
    }
    let digits = vec![("Digits".to_owned(), keys.pressed)];
    Ok(Next::Document(Fetch::action_or_again(wanted.action.as_ref(), page, digits)))
}

/// The first key cuts the prompts short; the time without keys counts from their end.
async fn listen(line: &mut Line, wanted: &Gather, keys: &mut Keys<'_>) -> Result<(), Ending> {
    for prompt in &wanted.prompts {
        let end = line.seconds() + walk::begin_prompt(line, prompt);
        while !keys.any && !keys.done && line.seconds() < end {
            match line.listen(end - line.seconds(), Wait::Nothing).await? {
                Heard::Silence => break,
                Heard::Asked(request) => keys.take(request),
            }
        }
    }
    while !keys.done {
        // Somebody who has begun to press keys is not waited for longer than the document says.
        let wait = if keys.any { Wait::Nothing } else { Wait::Digits };
        match line.listen(f64::from(wanted.timeout), wait).await? {
            Heard::Silence => return Ok(()),
            Heard::Asked(request) => keys.take(request),
        }
    }
    Ok(())
}

struct Keys<'a> {
    wanted: &'a Gather,
    pressed: String,
    /// Something was pressed, if only the key that finishes.
    any: bool,
    done: bool,
}

impl Keys<'_> {
    fn take(&mut self, request: Request) {
        let Order::Digits(digits) = &request.order else { return request.refuse() };
        if !self.wanted.digits {
            return request.refuse();
        }
        self.done |= digits.is_empty();
        for key in digits.chars() {
            self.any = true;
            if Some(key) == self.wanted.finish_on_key {
                self.done = true;
                break;
            }
            self.pressed.push(key);
            if self.wanted.num_digits == Some(self.pressed.len()) {
                self.done = true;
                break;
            }
        }
        request.accept();
    }
}
