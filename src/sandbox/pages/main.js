import { accountBar } from './account-bar.js';
import { breakagePane } from './breakage-pane.js';
import { chatPane } from './chat-pane.js';
import { customersBar } from './customers-bar.js';
import { followedRun } from './followed-run.js';
import { followServer } from './live.js';
import { operatorPane } from './operator-pane.js';
import { standingPane } from './standing-pane.js';
import { createStore } from './store.js';
import { tabs } from './tabs.js';
import { timelinePane } from './timeline-pane.js';
import { startClock } from './times.js';
import { tour } from './tour.js';

const store = createStore();
const selectTab = tabs();
const parts = [accountBar, customersBar, chatPane, standingPane, operatorPane, breakagePane, followedRun, timelinePane, (shared) => tour(shared, selectTab)];
for (const part of parts) store.subscribe(part(store));
startClock();
// What is shown for a while only, such as "typing…", goes away by itself.
setInterval(() => store.update({}), 5000);
followServer(store);
