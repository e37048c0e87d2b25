import { writeFileSync } from 'node:fs';
import { largeFleet } from '../test/support/html-fleet.ts';
import { renderHtml } from '../src/render/html.ts';
import { renderMarkdown } from '../src/render/markdown.ts';
