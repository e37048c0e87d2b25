/** Where a batch stops, what it leaves behind, what it prints, and how it reads its text. */
import { test } from 'vitest';
import { compareBatch } from './harness.ts';

const ADD = 'link add link eno1 name m index $10 address 02:00:00:00:00:01 type macvtap mode bridge';
const LONG = 'x'.repeat(256);

const BATCHES: Readonly<Record<string, string>> = {
  'runs to the end without a final newline': `${ADD}\nlink set dev m mtu 1400\nlink set dev m up`,
  'stops at what the kernel refuses': `${ADD}\n\n# a comment\n${ADD}\nlink set dev m mtu 1400\n`,
  'stops at what ip refuses': `${ADD}\nlink set dev nosuch up\nlink set dev m mtu 1400\n`,
  'stops at an unknown mode': `${ADD}\nlink set dev m type macvtap mode foo\nlink set dev m mtu 1400\n`,
  'stops at nopromisc': `${ADD}\nlink set dev m type macvtap nopromisc\nlink set dev m mtu 1400\n`,
  'stops at an unknown object': `${ADD}\nnosuch thing\nlink set dev m mtu 1400\n`,
  'ends without a line number at a bad number': `${ADD}\nlink set dev m mtu abc\nlink set dev m mtu 1400\n`,
  'ends without a line number at a missing word': `${ADD}\nlink set dev m mtu\nlink set dev m mtu 1400\n`,
  'ends without a line number at a long alias': `${ADD}\nlink set dev m alias '${LONG}'\nlink set dev m up\n`,
  'ends without a line number at an open quote': `${ADD}\nlink set dev m alias 'open\nlink set dev m up\n`,
  'cuts at # even in quotes': `${ADD}\nlink set dev m alias 'a # b'\nlink set dev m up\n`,
  'cuts at # after a word': `${ADD} # why\nlink set dev m alias a#b\n`,
  'takes both quotes and no escapes': `${ADD}\nlink set dev "m" alias 'a "b" \\ c'\n`,
  'keeps a quote within a word': `${ADD}\nlink set dev m alias it's\n`,
  'starts a word behind a closing quote': `${ADD}\nlink set dev m alias 'a b'mtu 1400\n`,
  'clears an alias': `${ADD}\nlink set dev m alias x\nlink set dev m alias ""\n`,
  'joins lines': `${ADD}\nlink set dev m \\\nmtu 1400\nlink set dev m mtu 9000\n`,
  'takes carriage returns and blanks': `${ADD}\r\n \t\r\n\tlink  set dev\tm mtu 1400 \r\nlink set dev m mtu 9000\r\n`,
  'resolves names made, dropped and changed on the way':
    `${ADD}\nlink del dev m\n${ADD}\nlink set dev m name n\n` +
    'link set dev n mtu 1400\nlink set dev n name m\nlink set dev m up\n',
  'is empty': '',
};

test.concurrent.for(Object.entries(BATCHES))('a batch %s', async ([, text], context) => {
  await compareBatch(context, text);
});
