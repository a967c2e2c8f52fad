/** The box: what a visitor sees and does in one widget, found by role and words, as people find it. */

import type { Locator, Page } from 'playwright-core';
import { en } from '../../src/messages/en.js';

export const QUESTION = 'How do I reset my password?';
export const ANSWER =
  'Open Settings, choose Security, then Reset password. We send you a link that works for one hour.';

/** The text in it, shown or not. */
export async function textOf(place: Locator): Promise<string> {
  return ((await place.textContent()) ?? '').trim();
}

export class Box {
  readonly element: Locator;
  readonly input: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly retry: Locator;
  readonly edit: Locator;
  readonly questions: Locator;
  readonly answers: Locator;
  readonly thinking: Locator;
  readonly notices: Locator;
  readonly timer: Locator;

  constructor(page: Page, element: Locator = page.locator('nodai-query'), words = en) {
    const button = (name: string): Locator => element.getByRole('button', { name, exact: true });
    this.element = element;
    this.input = element.getByRole('textbox', { name: words.placeholder });
    this.send = button(words.send);
    this.stop = button(words.stop);
    this.retry = button(words.retry);
    this.edit = button(words.edit);
    this.questions = element.locator('[part~=question]');
    this.answers = element.locator('[part~=answer]');
    this.thinking = element.locator('[part~=thinking]:visible');
    this.notices = element.locator('[part~=notice]:visible');
    this.timer = element.getByRole('timer');
  }

  /** Types a question and sends it. */
  async ask(question: string): Promise<void> {
    await this.input.fill(question);
    await this.input.press('Enter');
  }

  /** The one word for where the widget is, as the element tells the page. */
  state(): Promise<string> {
    return this.element.evaluate((element) => (element as HTMLElement & { state: string }).state);
  }

  /** Comes back when the widget is there. */
  async reach(state: string): Promise<void> {
    const handle = await this.element.elementHandle();
    const reached = ([element, wanted]: [unknown, string]) => (element as { state: string }).state === wanted;
    const page = this.element.page();
    await page.waitForFunction(reached, [handle, state] as [unknown, string]).catch(async (error: Error) => {
      throw new Error(`waited for "${state}", and it is "${await this.state()}"`, { cause: error });
    });
  }

  /** Asks, and waits for the whole answer; the text of it. */
  async answerTo(question: string): Promise<string> {
    await this.ask(question);
    await this.reach('answered');
    return textOf(this.answers.last());
  }

  /** What stands in the notice of the last question, without the reference. */
  async notice(): Promise<string> {
    return textOf(this.notices.last().locator('p').first());
  }
}
