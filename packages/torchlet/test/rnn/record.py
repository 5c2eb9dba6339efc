# Records recurrent layers of PyTorch 2.13: python record.py, in this folder.
import torch, json
torch.manual_seed(3)
cases=[]
def enc(t): return {"shape": list(t.shape), "values": [round(float(v),7) for v in t.detach().flatten()]}
for kind,args,kw,ishape in [("RNN",(3,4,2),{},(5,2,3)),("RNN",(3,4),{"nonlinearity":"relu","bias":False},(5,2,3)),("GRU",(3,4,2),{"bidirectional":True},(5,2,3)),("GRU",(3,2),{"batch_first":True},(2,4,3)),("LSTM",(3,4,2),{"bidirectional":True,"batch_first":True},(2,5,3)),("LSTM",(3,4),{"proj_size":2},(5,2,3)),("LSTM",(3,4),{},(5,3)),
  ("RNNCell",(3,4),{},(2,3)),("GRUCell",(3,4),{"bias":False},(2,3)),("LSTMCell",(3,4),{},(3,))]:
    torch.manual_seed(1)
    m=getattr(torch.nn,kind)(*args,**kw)
    x=torch.randn(*ishape,requires_grad=True)
    out=m(x)
    flat=[]
    def walk(o):
        if isinstance(o,torch.Tensor): flat.append(o)
        else:
            for p in o: walk(p)
    walk(out)
    loss=sum((o*torch.linspace(-1,1,o.numel()).reshape(o.shape)).sum() for o in flat)
    loss.backward()
    cases.append({"kind":kind,"args":args,"kwargs":kw,"repr":str(m),"shape":ishape,"state":{k:enc(v) for k,v in m.state_dict().items()},"input":enc(x),"outputs":[enc(o) for o in flat],"gradInput":enc(x.grad),"grads":{k:enc(p.grad) for k,p in m.named_parameters()}})
json.dump(cases,open("recorded.json","w"))
