// The design that the tutorials show: Express and axios; for each message ask the model, send its answer, then say 200.
// Nothing is stored: what is in flight when the process ends is lost.
import axios from 'axios';
import express from 'express';

const { TOKEN, MODEL_URL, BOTMAKER_URL } = process.env;
const app = express();
app.use(express.json());

app.post('/botmaker/webhook', async (req, res) => {
  if (req.headers['auth-bm-token'] !== TOKEN) return res.sendStatus(401);
  const { type, chatChannelId, contactId, messages } = req.body;
  if (type === 'message') {
    for (const message of messages) {
      if (message.from !== 'user') continue;
      const { data } = await axios.post(MODEL_URL, {
        model: 'bench',
        messages: [
          { role: 'system', content: 'Sos el asistente de una tienda.' },
          { role: 'user', content: message.message },
        ],
      });
      const text = data.choices[0].message.content;
      await axios.post(`${BOTMAKER_URL}/chats-actions/send-messages`, { chat: { channelId: chatChannelId, contactId }, messages: [{ text }] }, { headers: { 'access-token': TOKEN } });
    }
  }
  res.sendStatus(200);
});

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
